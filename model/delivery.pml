/* The delivery of commands to a sleeping car, for SPIN. `./dev model` verifies it; docs/protocol.md is what it models: the
 * two state tables are generated from there into tables.pml. This file: bounds, the promise (P1 to P4, docs/architecture.md),
 * and the world with its faults. An instance (instances.txt) chooses the bounds; ERROR seeds one mistake. */

#ifndef COMMANDS
#define COMMANDS 1   /* commands a client may ask for */
#endif
#ifndef CONTACTS
#define CONTACTS 3   /* contacts, the last of which is kept for the calm */
#endif
#ifndef TRIES
#define TRIES 2      /* sends in a contact before the server only asks (the product: 3) */
#endif
#ifndef DOWN
#define DOWN 2       /* messages under way to the car */
#endif
#ifndef UP
#define UP 2         /* and from it */
#endif
#ifndef CALM
#define CALM 1       /* faults may end; without, only what must never happen is checked */
#endif
#ifndef LOSS
#define LOSS 1
#endif
#ifndef DUPLICATES
#define DUPLICATES 0
#endif
#ifndef CANCELS
#define CANCELS 0    /* by a client */
#endif
#ifndef SUPERSEDE
#define SUPERSEDE 0  /* the second command supersedes the first */
#endif
#ifndef EXPIRY
#define EXPIRY 1     /* time may pass expiresAt */
#endif
#ifndef FAST
#define FAST 0       /* the car's clock may be ahead */
#endif
#ifndef RESETS
#define RESETS 0     /* of the car */
#endif
#ifndef CRASHES
#define CRASHES 0    /* of the server */
#endif
#ifndef RESTORES
#define RESTORES 0   /* of the server from a backup */
#endif
#ifndef JOURNALS
#define JOURNALS 0   /* journals lost */
#endif
#ifndef FLASH
#define FLASH 0      /* records that cannot be written */
#endif
#ifndef FORGETS
#define FORGETS 0    /* finished commands the journal has no room for */
#endif
#ifndef WILLS
#define WILLS 0      /* the broker tells of broken connections */
#endif
#ifndef BAD
#define BAD 0        /* the last command has a parameter out of order */
#endif
#ifndef FEWER
#define FEWER 0      /* the vehicle does what it is told, or refuses at once */
#endif
#ifndef ERROR
#define ERROR 0
#endif
#ifndef WITNESS
#define WITNESS 0
#endif
#define ERR(n) (ERROR == n)
#ifndef ONLY
#define ONLY 0       /* the one promise that is watched; 0: all */
#endif
#define promise(n, holds) assert((ONLY != 0 && ONLY != n) || (holds))
#if ERROR == 28
#define IDS 2
#else
#define IDS COMMANDS
#endif
#define MAX_CONN 6

/* what a response says */
#define PROGRESS 1
#define COMPLETED 2
#define FAILED 3
#define REJECTED 4
#define EXPIRED 5
#define CANCELLED 6
#define UNKNOWN 7
#define BUSY 8
#define NEVER_RECEIVED 9
#define TOO_LATE 10
#define statusOf(m) ((m) & 15)
#define isVerdict(status) (status >= COMPLETED && status <= CANCELLED)
#define eventOf(m) (statusOf(m) == PROGRESS -> SE_PROGRESS : (statusOf(m) == BUSY -> SE_BUSY : \
  (statusOf(m) == NEVER_RECEIVED -> SE_NEVER_RECEIVED : (statusOf(m) == TOO_LATE -> SE_TOO_LATE : \
  (statusOf(m) == UNKNOWN -> SE_UNKNOWN : SE_FINAL)))))

/* the truth, which nobody in the model reads but the promise */
byte effects[COMMANDS];   /* how often it took effect on the vehicle */
bit past[COMMANDS];       /* expiresAt is over, by true time; the server's clock is right */
bit given_up;             /* 30 days after that */
bit restored;             /* the server has not yet heard what it forgot */
bit journal_lost;
byte calm;                /* 1: no fault from now on; 2: in the contact after the last fault; 3: after it */
bit requested[COMMANDS];
bit was_open[COMMANDS];   /* open and in time when that contact began */

/* how much may still go wrong */
byte flash_faults = FLASH;
byte cancels = CANCELS;
byte resets = RESETS;
byte crashes = CRASHES;
byte restores = RESTORES;
byte journals = JOURNALS;
byte forgets = FORGETS;

#define allIdle (nothingUnderWay && !s_sync && carIdle)

#include "tables.pml"
#include "network.pml"
#include "server.pml"
#include "car.pml"

#if RESTORES > 0
bit b_taken;
byte b_row[COMMANDS];
byte b_outcome[COMMANDS];
byte b_last_contact[COMMANDS];
bit b_for_expiry[COMMANDS];
byte b_conn;
byte b_known;
bit b_epoch;
byte b_max;
#endif

inline noteOpen(i) {
  i = 0;
  do
  :: i < COMMANDS -> was_open[i] = (s_row[i] != S_ABSENT && !isFinal(i) && !past[i]); i++
  :: else -> i = 0; break
  od;
  skip
}

#define someExpiry (expiryEvent(0) || expiryEvent(COMMANDS - 1))
#define quiet (allIdle && !(due(0)) && !(due(COMMANDS - 1)) && !someExpiry)

/* P3: after a contact the state is the car's own; P4: and it is the truth. */
inline checkAfterContact(i) {
  i = 0;
  do
  :: i < COMMANDS ->
     promise(3, !was_open[i] || s_row[i] == S_CLOSED ||
            (s_row[i] == S_PROVISIONAL && s_outcome[i] == UNKNOWN &&
             (journal_lost || c_row[id_of[i]] == C_FORGOTTEN || c_outcome[id_of[i]] == UNKNOWN)) ||
            (s_row[i] == S_PROVISIONAL && c_row[id_of[i]] == C_UNSEEN));
     promise(3, s_row[i] == S_ABSENT || isFinal(i) || !past[i]);
     if
     :: s_row[i] != S_ABSENT && isFinal(i) ->
        promise(4, s_outcome[i] != COMPLETED || effects[i] == 1);
        promise(4, !nothingHappened(s_outcome[i]) || effects[i] == 0)
     :: else
     fi;
     was_open[i] = 0;
     i++
  :: else -> i = 0; break
  od;
  skip
}

inline request(i) {
  printf("@request %d\n", i);
  s_row[i] = S_WAITING;
  id_of[i] = (ERR(24) && i == 1 && s_row[0] == S_ABSENT -> 0 : i);
  if :: SUPERSEDE && i == 1 && s_row[0] != S_ABSENT -> serverEvent(0, SE_CANCEL, 0) :: else fi
}

inline backUp(i) {
  printf("@backup\n");
#if RESTORES > 0
  b_taken = 1;
  b_conn = s_conn; b_known = s_known; b_epoch = s_epoch; b_max = s_max;
  i = 0;
  do
  :: i < COMMANDS ->
     b_row[i] = s_row[i]; b_outcome[i] = s_outcome[i]; b_last_contact[i] = s_last_contact[i];
     b_for_expiry[i] = s_for_expiry[i];
     i++
  :: else -> i = 0; break
  od;
  /* what is outdated by now is so for the restored server, too */
  do
  :: i < UP ->
     if
     :: (up[i] & OUTDATED) && kindOf(up[i]) == RESPONSE -> removeUp(i)
     :: else -> i++
     fi
  :: else -> i = 0; break
  od;
  skip
#else
  skip
#endif
}

inline restore(i) {
  printf("@restore\n");
#if RESTORES > 0
  restored = 1;
  s_conn = b_conn; s_known = b_known; s_epoch = b_epoch; s_max = b_max;
  b_conn = 0; b_known = 0; b_epoch = 0; b_max = 0;
  i = 0;
  do
  :: i < COMMANDS ->
     s_row[i] = b_row[i]; s_outcome[i] = b_outcome[i]; s_last_contact[i] = b_last_contact[i];
     s_for_expiry[i] = b_for_expiry[i];
     b_row[i] = 0; b_outcome[i] = 0; b_last_contact[i] = 0; b_for_expiry[i] = 0;
     i++
  :: else -> i = 0; break
  od;
  do
  :: i < UP ->
     /* OUTDATED and REDELIVERED are the same bit: what arrived at the server before it may arrive again */
     if
     :: (up[i] & OUTDATED) && kindOf(up[i]) == RESPONSE -> up[i] = up[i] & ~OUTDATED; i++
     :: else -> i++
     fi
  :: else -> i = 0; break
  od;
  skip
#else
  skip
#endif
}

inline crash(i) {
  printf("@crash\n");
  s_contact = 0; s_sync = 0; s_want = 0;
  i = 0;
  do
  :: i < COMMANDS -> s_tries[i] = 0; i++
  :: else -> i = 0; break
  od;
  skip
}

/* A clock that runs goes on; one that is asked only when the contact told the time knows nothing else. */
#define clockRuns(i) (c_synced || (i < IDS && underWay(i)))

#define worldSteps(i) \
  :: d_step { s_row[i] == S_ABSENT && !requested[i] && !calm && (i == 0 || requested[0]) -> requested[i] = 1; request(i) } \
  :: d_step { cancels > 0 && !calm && s_row[i] != S_ABSENT && !isFinal(i) -> cancels--; serverEvent(i, SE_CANCEL, 0) } \
  :: d_step { EXPIRY && requested[i] && !past[i] && calm != 2 && (i == 0 || past[0]) -> \
       printf("@past %d\n", i); past[i] = 1; if :: clockRuns(i) -> c_late[i] = 1 :: else fi } \
  :: d_step { FAST && c_synced && requested[i] && !c_late[i] && !past[i] && !calm -> c_late[i] = 1 }

proctype Network() {
  byte at;
  do
  :: atomic { LOSS && !calm && down[0] != 0 -> someDown(at); d_step { removeDown(at); at = 0 } }
  :: atomic { LOSS && !calm && up[0] != 0 -> someUp(at); d_step { removeUp(at); at = 0 } }
  od
}

proctype Server() {
  byte at, i;
  bit keep;
  do
  :: atomic {
       up[0] != 0 -> someUp(at);
       if :: keep = 0 :: DUPLICATES && !calm -> keep = 1 fi;
       d_step { serverHears(at, i); at = 0; keep = 0 }
     }
  :: d_step {
       s_sync && s_contact != 0 && downFree ->
       printf("@sync %d %d\n", s_contact, openBits); sendDown(message(SYNC, 0, s_contact, openBits | nowBits << 2 | ackBits << 4 | s_want << 6));
       s_sync = 0; s_want = 0
     }
  :: d_step { due(0) && downFree && (!calm || allIdle) -> serverEvent(0, SE_DUE, 0) }
  :: d_step { expiryEvent(0) -> serverEvent(0, SE_EXPIRY, 0) }
  :: d_step { given_up && giveUpEvent(0) -> serverEvent(0, SE_GIVE_UP, 0) }
#if COMMANDS > 1
  :: d_step { due(1) && downFree && (!calm || allIdle) -> serverEvent(1, SE_DUE, 0) }
  :: d_step { expiryEvent(1) -> serverEvent(1, SE_EXPIRY, 0) }
  :: d_step { given_up && giveUpEvent(1) -> serverEvent(1, SE_GIVE_UP, 0) }
#endif
  od
}

proctype Car() {
  byte at, i;
  bit keep, flash;
  do
  :: atomic {
       down[0] != 0 && c_contact != 0 && upFree -> someDown(at);
       if :: keep = 0 :: DUPLICATES && !calm -> keep = 1 fi;
       if :: flash = 0 :: flash_faults > 0 && !calm -> flash = 1; flash_faults-- fi;
       d_step { carReceives(at, flash, i); at = 0; keep = 0; flash = 0 }
     }
  carSteps(0)
#if IDS > 1
  carSteps(1)
#endif
  /* a contact: the timer, a ring, a link that is lost or changed, no sync within 8 s */
  :: atomic {
       contacts < CONTACTS - CALM && !calm && upFree ->
       if :: keep = 0 :: c_conn < MAX_CONN -> keep = 1 fi;
       d_step {
         if :: keep && WILLS && up[UP - 2] == 0 && c_contact != 0 -> sendUp(message(WILL, 0, 0, c_conn)) :: else fi;
         beginContact(keep, i); keep = 0
       }
     }
  :: d_step { calm == 1 && upFree && !someExpiry -> calm = 2; noteOpen(i); beginContact(1, i) }
  od
}

proctype World() {
  byte i;
  do
  worldSteps(0)
#if COMMANDS > 1
  worldSteps(1)
#endif
  :: d_step { past[COMMANDS - 1] && !given_up && calm == 3 -> given_up = 1 }
  :: WITNESS == 1 && s_row[0] == S_CLOSED && s_outcome[0] == COMPLETED -> assert(false)
  :: WITNESS == 2 && s_row[0] == S_CLOSED && s_outcome[0] == CANCELLED -> assert(false)
  :: WITNESS == 3 && s_row[0] == S_CLOSED && s_outcome[0] == EXPIRED -> assert(false)
  :: WITNESS == 4 && s_row[0] == S_PROVISIONAL && s_outcome[0] == UNKNOWN && effects[0] == 1 -> assert(false)
  :: WITNESS == 6 && s_row[COMMANDS - 1] == S_REQUEUED -> assert(false)
  :: WITNESS == 7 && s_row[COMMANDS - 1] == S_CLOSED && s_outcome[COMMANDS - 1] == COMPLETED && effects[0] == 1 -> assert(false)
  :: WITNESS == 9 && c_row[0] == C_FINISHED && c_body[0] == ANY_BODY -> assert(false)
  :: WITNESS == 10 && calm == 3 && restored && s_row[0] == S_CLOSED && effects[0] == 1 -> assert(false)
  :: WITNESS == 11 && journal_lost && s_row[0] == S_PROVISIONAL && s_outcome[0] == UNKNOWN -> assert(false)
  :: WITNESS == 12 && c_row[0] == C_FORGOTTEN && s_row[0] == S_PROVISIONAL -> assert(false)
#if RESETS > 0
  :: d_step { resets > 0 && !calm && c_conn < MAX_CONN && c_conn > 0 -> resets--; restart(i, 0) }
#endif
#if JOURNALS > 0
  :: d_step { journals > 0 && !calm && c_conn < MAX_CONN && c_conn > 0 -> journals--; journal_lost = 1; restart(i, 1) }
#endif
#if CRASHES > 0
  :: d_step { crashes > 0 && !calm -> crashes--; crash(i) }
#endif
#if RESTORES > 0
  :: d_step { restores > 0 && !b_taken && !calm -> backUp(i) }
  :: d_step { restores > 0 && b_taken && !calm -> restores--; crash(i); restore(i) }
#endif
#if FORGETS > 0
  :: d_step { forgets > 0 && c_row[0] == C_FINISHED && !calm -> forgets--; carEvent(0, CE_ROOM, 0) }
#endif
  :: d_step { CALM && !calm && requested[0] -> printf("@calm\n"); calm = 1 }
  :: d_step { calm == 2 && quiet -> calm = 3; checkAfterContact(i) }
  od
}

init {
  d_step {
    fillTables();
    /* mistakes in the tables */
    if :: ERR(1) -> server_cell[S_SENT * S_EVENTS + SE_EXPIRY] = SA_DROP :: else fi;
    if :: ERR(2) -> server_cell[S_REQUEUED * S_EVENTS + SE_CANCEL] = SA_DROP :: else fi;
    if :: ERR(3) -> server_cell[S_SENT * S_EVENTS + SE_CANCEL] = SA_DROP :: else fi;
    if :: ERR(4) -> car_cell[C_FINISHED * C_EVENTS + CE_COMMAND] = CA_ACCEPT :: else fi;
    if :: ERR(11) -> server_cell[S_WITHDRAWING * S_EVENTS + SE_CONTACT] = NOTHING; server_cell[S_WITHDRAWING * S_EVENTS + SE_DUE] = NOTHING :: else fi;
    if :: ERR(12) -> car_cell[C_ACTUATING * C_EVENTS + CE_CANCEL] = CA_GIVE_UP :: else fi;
    if :: ERR(13) -> car_cell[C_ACTUATING * C_EVENTS + CE_RESTART] = CA_FAIL :: else fi;
    if :: ERR(15) -> server_cell[S_TAKEN * S_EVENTS + SE_CONTACT] = NOTHING; server_cell[S_TAKEN * S_EVENTS + SE_DUE] = NOTHING :: else fi;
    if :: ERR(22) -> car_cell[C_RECEIVED * C_EVENTS + CE_RESTART] = NOTHING :: else fi;
    if :: ERR(26) -> server_cell[S_PROVISIONAL * S_EVENTS + SE_CONTACT] = NOTHING :: else fi;
    id_of[0] = 0;
#if COMMANDS > 1
    id_of[1] = 1; s_row[1] = S_ABSENT;
#endif
    s_row[0] = S_ABSENT
  }
  atomic { run Network(); run Server(); run Car(); run World() }
}

#ifdef LTL
/* P3: once faults have ended, every accepted command comes to a final state. */
#define settled(i) (s_row[i] == S_ABSENT || isFinal(i))
ltl p3 { [] (calm != 0 -> <> (settled(0) && settled(COMMANDS - 1))) }
#endif
