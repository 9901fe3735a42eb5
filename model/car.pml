/* The car: "Life of a command at the car". Rows, events, actions and cells are the table's. */

/* the journal, in flash */
byte c_row[IDS];
byte c_outcome[IDS];
byte c_body[IDS];              /* fingerprint */
bit c_epoch;

/* lost with a reset */
byte c_contact;                /* present contact; 0: none */
bit c_synced;
bit c_late[COMMANDS];          /* by its clock the command is past its expiry */
bit c_acted;                   /* the frame of the command under way went out */
byte c_asked;                  /* ids it still has to answer for, one bit each */
bit c_unacknowledged[IDS];     /* an outcome in the outbox */
bit c_said[IDS];               /* sent in this contact */
bit c_refused[IDS];            /* its record could not be written in this contact */
bit c_soft[IDS];               /* its outcome could not be written */

byte contacts;                 /* contacts begun: numbers are random, hence new */
byte c_conn;
bit c_announced_late[COMMANDS]; /* past when the contact was announced */

#define ANY_BODY 3 /* a tombstone answers for every body */

#define underWay(id) (c_row[id] == C_RECEIVED || c_row[id] == C_ACTUATING)
#define toRepeat(id) (c_unacknowledged[id] && !c_said[id] && c_contact != 0)
#if IDS > 1
#define anyUnderWay (underWay(0) || underWay(1))
#define anyToRepeat (toRepeat(0) || toRepeat(1))
#define otherUnderWay(id) underWay(1 - (id))
#define journalled (c_row[0] >= C_RECEIVED | (c_row[1] >= C_RECEIVED) << 1)
#define maxId ((c_row[1] != C_UNSEEN) -> 2 : (c_row[0] != C_UNSEEN))
#else
#define anyUnderWay underWay(0)
#define anyToRepeat toRepeat(0)
#define otherUnderWay(id) false
#define journalled (c_row[0] >= C_RECEIVED)
#define maxId (c_row[0] != C_UNSEEN)
#endif

#define carIdle (!anyUnderWay && !anyToRepeat && c_asked == 0)

hidden byte c_action;

hidden byte c_says;

inline respond(id, asked_in, says) {
  c_says = says;
  sendUp(message(RESPONSE, id, asked_in, c_says))
}

/* The stage, or the outcome. */
inline report(id) {
  c_says = (c_row[id] == C_FINISHED -> c_outcome[id] : PROGRESS);
  sendUp(message(RESPONSE, id, 0, c_says))
}

/* Its outcome leaves with the outbox. */
inline finishWith(id, verdict) {
  c_outcome[id] = verdict;
  c_acted = (underWay(id) -> 0 : c_acted);
  c_row[id] = C_FINISHED;
  c_unacknowledged[id] = 1;
  c_said[id] = 0
}

inline carEvent(id, what, fingerprint) {
  c_action = car_cell[c_row[id] * C_EVENTS + what];
  printf("@car %d %d %d %d\n", id, c_row[id], what, c_action);
  assert(c_action != IMPOSSIBLE);
  if
  :: c_action == NOTHING || c_action == CA_KEEP
  :: c_action == CA_ACCEPT ->
     promise(2, c_synced && !otherUnderWay(id)); /* P2: never without the time in this contact */
     c_row[id] = C_RECEIVED; c_body[id] = fingerprint; c_outcome[id] = 0; c_unacknowledged[id] = 0;
     respond(id, 0, PROGRESS)
  :: c_action == CA_EXPIRE -> c_body[id] = fingerprint; finishWith(id, EXPIRED)
  :: c_action == CA_BUSY -> respond(id, 0, BUSY)
  :: c_action == CA_REJECT -> c_refused[id] = (what == CE_FLASH && !ERR(25)); respond(id, 0, (what == CE_BAD -> REJECTED : FAILED))
  :: c_action == CA_BURY && !ERR(14) -> c_body[id] = ANY_BODY; finishWith(id, CANCELLED)
  :: c_action == CA_BURY && ERR(14) -> respond(id, 0, CANCELLED)
  :: c_action == CA_GIVE_UP -> finishWith(id, CANCELLED)
  :: c_action == CA_DENY -> respond(id, c_contact, NEVER_RECEIVED)
  :: c_action == CA_DOUBT && c_row[id] == C_ACTUATING -> finishWith(id, UNKNOWN)
  :: c_action == CA_DOUBT && c_row[id] != C_ACTUATING -> respond(id, 0, UNKNOWN)
  :: c_action == CA_REPORT -> report(id)
  :: c_action == CA_CONFLICT -> respond(id, 0, REJECTED)
  :: c_action == CA_TOO_LATE -> respond(id, 0, TOO_LATE)
  :: c_action == CA_ACT -> c_row[id] = (ERR(23) -> C_RECEIVED : C_ACTUATING); c_acted = 0
  :: c_action == CA_FAIL -> finishWith(id, FAILED)
  :: c_action == CA_FINISH -> finishWith(id, COMPLETED)
  :: c_action == CA_SETTLE -> finishWith(id, (c_acted -> UNKNOWN : FAILED))
  :: c_action == CA_FORGET -> c_row[id] = C_FORGOTTEN; c_outcome[id] = 0; c_body[id] = 0; c_unacknowledged[id] = 0; c_said[id] = 0
  :: else -> assert(false)
  fi
}

hidden short c_message;
hidden byte c_event;
hidden byte c_id;

/* Checked in the order of the document: known id, contact and time, expiry, parameters. */
inline carReceivesCommand(flash) {
  c_id = bitsOf(c_message);
  if
  :: c_row[c_id] >= C_RECEIVED && c_body[c_id] != whoOf(c_message) && c_body[c_id] != ANY_BODY -> c_event = CE_OTHER_BODY
  :: else ->
     if
     :: (contactOf(c_message) != c_contact && !ERR(16)) || (!c_synced && !ERR(17)) -> c_event = CE_STALE
     :: else ->
        c_event = CE_COMMAND;
        if :: c_row[c_id] == C_UNSEEN && (flash || c_refused[c_id]) -> c_event = CE_FLASH :: else fi;
        if :: BAD && whoOf(c_message) == COMMANDS - 1 && c_row[c_id] <= C_FORGOTTEN -> c_event = CE_BAD :: else fi;
        if :: otherUnderWay(c_id) -> c_event = CE_BUSY :: else fi;
        if :: c_late[whoOf(c_message)] -> c_event = CE_EXPIRED :: else fi
     fi
  fi;
  carEvent(c_id, c_event, whoOf(c_message))
}

inline carReceives(at, flash, i) {
  c_message = down[at];
  printf("@to_car %d %d %d %d\n", kindOf(c_message), whoOf(c_message), contactOf(c_message), bitsOf(c_message));
  if
  :: DUPLICATES && !calm && keep
  :: else -> removeDown(at)
  fi;
  if
  :: kindOf(c_message) == COMMAND -> carReceivesCommand(flash)
  :: kindOf(c_message) == CANCEL && contactOf(c_message) == c_contact ->
     c_id = whoOf(c_message);
     c_event = (flash && c_row[c_id] == C_UNSEEN -> CE_FLASH : CE_CANCEL);
     carEvent(c_id, c_event, ANY_BODY)
  :: kindOf(c_message) == SYNC && contactOf(c_message) == c_contact ->
     i = 0;
     do
     :: i < COMMANDS ->
        if
        :: !c_synced -> c_late[i] = c_late[i] || (c_message >> 2 >> i & 1) || (past[i] && !c_announced_late[i] && !ERR(21))
        :: else -> c_late[i] = (c_message >> 2 >> i & 1) || (c_late[i] && !ERR(19))
        fi;
        c_announced_late[i] = 0;
        if :: c_message >> 4 >> i & 1 -> c_unacknowledged[i] = 0; c_said[i] = 0 :: else fi;
        i++
     :: else -> i = 0; break
     od;
     c_synced = 1;
     c_asked = c_asked | (c_message & 3) | (c_message >> 6 & 1 -> journalled : 0)
  :: kindOf(c_message) != COMMAND && contactOf(c_message) != c_contact
  fi;
  c_message = 0; c_event = 0; c_id = 0
}

/* Needs upFree. On another connection (a new link, the fallback) or on the same. */
inline beginContact(reconnected, i) {
  c_conn = (c_conn == 0 || reconnected -> c_conn + 1 : c_conn);
  contacts++;
  c_contact = contacts;
  c_synced = 0;
  c_asked = 0;
  i = 0;
  do
  :: i < COMMANDS ->
     if
     :: underWay(i) -> c_announced_late[i] = 1 /* keeps the deadline it was accepted with */
     :: else -> c_late[i] = 0; c_announced_late[i] = past[i]
     fi;
     i++
  :: else -> i = 0; break
  od;
  do
  :: i < IDS -> c_said[i] = 0; c_refused[i] = 0; i++
  :: else -> i = 0; break
  od;
  printf("@contact %d %d\n", c_contact, c_conn);
  sendUp(message(AWAKE, maxId, c_contact, c_conn | c_epoch << 3))
}

/* What a reset leaves is flash; at boot the journal is closed before anything else. */
inline restart(i, lost) {
  printf("@restart %d\n", lost);
  c_contact = 0; c_synced = 0; c_asked = 0; c_acted = 0;
  c_conn = c_conn + 1; /* order is by boot, then conn: one number here */
  i = 0;
  do
  :: i < IDS ->
     c_unacknowledged[i] = 0; c_said[i] = 0; c_refused[i] = 0;
     if :: c_soft[i] -> c_row[i] = C_ACTUATING; c_soft[i] = 0 :: else fi;
     if
     :: lost -> c_row[i] = C_UNSEEN; c_outcome[i] = 0; c_body[i] = 0
     :: else -> carEvent(i, CE_RESTART, 0)
     fi;
     i++
  :: else -> i = 0; break
  od;
  do
  :: i < COMMANDS -> c_late[i] = 0; c_announced_late[i] = 0; i++
  :: else -> i = 0; break
  od;
  c_epoch = c_epoch ^ lost
}

/* The first frame that changes the vehicle. */
inline act(id) {
  promise(1, effects[c_body[id]] == 0);      /* P1, with the parameters (body) that were accepted */
  promise(2, !past[c_body[id]]);             /* P2 */
  /* P4: nothing that is said not to have happened happens later */
  promise(4, !(isFinal(c_body[id]) && nothingHappened(s_outcome[c_body[id]]) && !(restored && s_row[c_body[id]] == S_PROVISIONAL)));
  promise(4, !SUPERSEDE || c_body[id] == 1 || effects[COMMANDS - 1] == 0); /* not after its successor */
  printf("@effect %d\n", c_body[id]);
  effects[c_body[id]]++;
  c_acted = 1
}

#define carSteps(id) \
  :: d_step { c_row[id] == C_RECEIVED && !c_late[c_body[id]] -> carEvent(id, CE_READY, 0) } \
  :: d_step { c_row[id] == C_RECEIVED && c_late[c_body[id]] -> carEvent(id, CE_EXPIRY, c_body[id]) } \
  :: d_step { c_row[id] == C_RECEIVED && !FEWER -> carEvent(id, CE_REFUSED, 0) } \
  :: d_step { (c_row[id] == C_ACTUATING || ERR(23) && c_row[id] == C_RECEIVED) && !c_acted && (!c_late[c_body[id]] || ERR(18)) -> act(id) } \
  :: d_step { c_row[id] == C_ACTUATING && !c_acted && c_late[c_body[id]] -> carEvent(id, CE_EXPIRY, c_body[id]) } \
  :: d_step { c_row[id] == C_ACTUATING && !c_acted -> carEvent(id, CE_REFUSED, 0) } \
  :: d_step { c_row[id] == C_ACTUATING && c_acted -> carEvent(id, CE_DONE, 0) } \
  :: d_step { c_row[id] == C_ACTUATING && c_acted && !FEWER -> carEvent(id, CE_DEADLINE, 0) } \
  :: d_step { c_asked >> id & 1 && upFree -> c_asked = c_asked & ~(1 << id); carEvent(id, CE_ASKED, 0) } \
  :: d_step { toRepeat(id) && upFree -> c_said[id] = 1; report(id) }
