/* The server: "Life of a command at the server". Rows, events, actions and cells are the table's. */

#define S_ABSENT S_ROWS /* no such command */

/* stored before anything is sent */
byte s_row[COMMANDS];
byte s_outcome[COMMANDS];
byte s_last_contact[COMMANDS]; /* of the latest send; 0: never sent */
bit s_for_expiry[COMMANDS];    /* withdrawn only because it expired */
byte id_of[COMMANDS];
byte s_conn;                   /* latest connection of the car */
byte s_known;                  /* latest contact of the car */
bit s_epoch;                   /* of the car's journal */
byte s_max;                    /* the car's maxId */

/* lost with the process */
byte s_contact;                /* present contact; 0: none */
bit s_sync;                    /* a sync is due */
bit s_want;                    /* it asks for the journal */
byte s_tries[COMMANDS];        /* sent, asked or called off since the contact began or the car answered */

#define inFlight(i) (s_row[i] >= S_REQUEUED && s_row[i] <= S_SENT_ONCE)
#define isFinal(i) (s_row[i] == S_PROVISIONAL || s_row[i] == S_CLOSED)
#define nothingHappened(outcome) (outcome == FAILED || outcome == REJECTED || outcome == EXPIRED || outcome == CANCELLED)

/* Of what it ended by itself the server asks only what the car may have seen. */
#define asksFor(i) (s_row[i] != S_PROVISIONAL || (s_outcome[i] != UNKNOWN && id_of[i] < s_max))
#define openBit(i) (s_row[i] != S_ABSENT && server_cell[s_row[i] * S_EVENTS + SE_CONTACT] == SA_ASK && asksFor(i))

/* Order: none before it holds the car, or has its turn first. */
#define answering(i) ((s_row[i] == S_SENT || s_row[i] == S_TAKEN || s_row[i] == S_WITHDRAWING) && s_tries[i] < TRIES)
#define holdsTheCar(i) (s_row[i] == S_REQUEUED || answering(i) || (s_row[i] == S_WAITING && !past[i]))
#if COMMANDS > 1
#define itsTurn(i) (i == 0 || (!holdsTheCar(0) && (!SUPERSEDE || ERR(20) || s_row[0] >= S_PROVISIONAL)))
#define noneOpen (!inFlight(0) && !inFlight(1))
#define openBits (openBit(0) | openBit(1) << 1)
#define ackBits (noneOpen -> 3 : (s_row[0] == S_CLOSED) | (s_row[1] == S_CLOSED) << 1)
#define nowBits (past[0] | past[1] << 1)
#define maxKnown ((s_row[1] != S_ABSENT) -> id_of[1] + 1 : (s_row[0] != S_ABSENT))
#else
#define itsTurn(i) true
#define noneOpen (!inFlight(0))
#define openBits openBit(0)
#define ackBits (noneOpen || s_row[0] == S_CLOSED)
#define nowBits (past[0])
#define maxKnown (s_row[0] != S_ABSENT)
#endif

/* The timer of a command in a contact. Once calm, it is slower than network and car. */
#define dueEvent(i) (s_contact != 0 && s_row[i] != S_ABSENT && server_cell[s_row[i] * S_EVENTS + SE_DUE] > IMPOSSIBLE)
#define dueSend(i) ((s_row[i] == S_WAITING || s_row[i] == S_REQUEUED) && !past[i] && itsTurn(i))
#define dueAgain(i) (answering(i) || (inFlight(i) && s_row[i] != S_REQUEUED && !calm))
#define due(i) (dueEvent(i) && (dueSend(i) || dueAgain(i)))

/* Timers that run outside contacts. */
#define timerEvent(i, event) (s_row[i] != S_ABSENT && server_cell[s_row[i] * S_EVENTS + event] > IMPOSSIBLE)
#define expiryEvent(i) (past[i] && timerEvent(i, SE_EXPIRY))
#define giveUpEvent(i) timerEvent(i, SE_GIVE_UP)

hidden byte s_action;

inline send(i) {
  id_of[i] = (ERR(28) && s_last_contact[i] != 0 -> 1 : id_of[i]);
  sendDown(message(COMMAND, i, s_contact, id_of[i]));
  s_last_contact[i] = (ERR(5) && s_last_contact[i] != 0 -> s_last_contact[i] : s_contact);
  s_row[i] = S_SENT;
  s_tries[i] = (s_tries[i] < TRIES -> s_tries[i] + 1 : TRIES)
}

inline settle(i, into, verdict) {
  assert(!(WITNESS == 5 && s_row[i] == S_PROVISIONAL && nothingHappened(s_outcome[i]) && verdict == COMPLETED));
  s_row[i] = into;
  s_outcome[i] = verdict;
  s_for_expiry[i] = 0;
  s_last_contact[i] = 0;
  s_tries[i] = 0;
  /* P4: what is said to have happened happened, and what is said not to have happened did not. A restored server may
   * be wrong alone until the car has told it. */
  promise(4, verdict != COMPLETED || effects[i] == 1);
  promise(4, !nothingHappened(verdict) || effects[i] == 0 || (restored && into == S_PROVISIONAL))
}

/* cause: the message that brought the event, if one did. */
inline serverEvent(i, what, cause) {
  s_action = server_cell[s_row[i] * S_EVENTS + what];
  printf("@server %d %d %d %d\n", i, s_row[i], what, s_action);
  assert(s_action != IMPOSSIBLE);
  if
  :: s_action == NOTHING || s_action == SA_NOTE || s_action == SA_FLAG || s_action == SA_REFUSE
  :: s_action == SA_SEND -> send(i)
  :: s_action == SA_AGAIN ->
     if
     :: s_tries[i] < TRIES && !past[i] -> send(i)
     :: else -> s_sync = 1; s_tries[i] = (s_tries[i] < TRIES -> s_tries[i] + 1 : TRIES)
     fi
  :: s_action == SA_ASK -> s_sync = 1; s_tries[i] = (s_tries[i] < TRIES && what == SE_DUE -> s_tries[i] + 1 : s_tries[i])
  :: s_action == SA_CALL_OFF ->
     sendDown(message(CANCEL, id_of[i], s_contact, 0));
     s_tries[i] = (s_tries[i] < TRIES -> s_tries[i] + 1 : TRIES)
  :: s_action == SA_TAKE -> s_row[i] = S_TAKEN; s_tries[i] = 0
  :: s_action == SA_PRESS -> s_row[i] = (s_for_expiry[i] -> S_TAKEN : S_WITHDRAWING); s_for_expiry[i] = 0; s_tries[i] = 0
  :: s_action == SA_RESUME -> s_row[i] = S_TAKEN; s_for_expiry[i] = 0; s_tries[i] = 0
  :: s_action == SA_REQUEUE -> s_row[i] = S_REQUEUED; s_tries[i] = 0
  :: s_action == SA_RELEASE ->
     if
     :: (contactOf(cause) == s_contact || ERR(6)) && s_contact != 0 && (s_last_contact[i] != s_contact || ERR(7)) ->
        assert(!(WITNESS == 8 && s_row[i] == S_SENT));
        if
        :: s_row[i] == S_WITHDRAWING -> settle(i, S_PROVISIONAL, (s_for_expiry[i] -> EXPIRED : CANCELLED))
        :: else -> s_row[i] = S_WAITING; s_tries[i] = 0
        fi
     :: else
     fi
  :: s_action == SA_CONFIRM ->
     if
     :: contactOf(cause) == s_contact && s_contact != 0 && asksFor(i) -> settle(i, S_CLOSED, s_outcome[i])
     :: else
     fi
  :: s_action == SA_WITHDRAW -> s_row[i] = S_WITHDRAWING; s_for_expiry[i] = (what == SE_EXPIRY); s_tries[i] = 0
  :: s_action == SA_DROP -> settle(i, S_PROVISIONAL, (what == SE_EXPIRY -> EXPIRED : CANCELLED))
  :: s_action == SA_DOUBT -> settle(i, S_PROVISIONAL, UNKNOWN)
  :: s_action == SA_CLOSE ->
     settle(i, S_CLOSED, (statusOf(cause) == CANCELLED && s_for_expiry[i] -> EXPIRED : statusOf(cause)))
  :: else -> assert(false)
  fi
}

hidden short s_said;

inline serverHears(at, i) {
  s_said = up[at];
  printf("@to_server %d %d %d %d\n", kindOf(s_said), whoOf(s_said), contactOf(s_said), bitsOf(s_said));
  if
  :: kindOf(s_said) == AWAKE ->
     if
     :: DUPLICATES && !calm && keep -> up[at] = up[at] | REDELIVERED
     :: else -> removeUp(at)
     fi;
     if
     :: connOf(s_said) < s_conn
     :: connOf(s_said) == s_conn && contactOf(s_said) < s_known && !(ERR(8) && s_said & REDELIVERED)
     :: else ->
        s_conn = connOf(s_said);
        s_known = contactOf(s_said);
        i = 0;
        do
        :: i < COMMANDS ->
           if
           :: s_row[i] == S_ABSENT
           :: else ->
              if
              :: epochOf(s_said) != s_epoch && !ERR(9) -> serverEvent(i, SE_JOURNAL_LOST, 0)
              :: else
              fi;
              if
              :: contactOf(s_said) != s_contact -> s_tries[i] = 0; serverEvent(i, SE_CONTACT, 0)
              :: else
              fi
           fi;
           i++
        :: else -> i = 0; break
        od;
        s_epoch = epochOf(s_said);
        s_contact = contactOf(s_said);
        s_max = whoOf(s_said);
        s_want = s_max > maxKnown;
        s_sync = 1
     fi
  :: kindOf(s_said) == WILL ->
     removeUp(at);
     s_contact = (connOf(s_said) == s_conn || ERR(10) -> 0 : s_contact)
  :: kindOf(s_said) == RESPONSE ->
     if
     :: s_said & OUTDATED -> removeUp(at)
     :: else ->
        outdate(whoOf(s_said), at);
        i = 0;
        do
        :: i < COMMANDS ->
           if
           :: s_row[i] != S_ABSENT && id_of[i] == whoOf(s_said) -> serverEvent(i, eventOf(s_said), s_said)
           :: else
           fi;
           i++
        :: else -> i = 0; break
        od
     fi
  fi;
  s_said = 0
}
