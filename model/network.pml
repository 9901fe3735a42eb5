/* What is between car and server: the modem, the network, the broker and its sessions. Neither side trusts it. A message
 * under way may arrive at any time and before or after any other one (delay, an old link that delivers late, a broker
 * that queued it), be lost (also: a broker that forgets a session), or arrive and still be under way (duplicate,
 * redelivery). Once `calm`, everything under way arrives, once. */

/* A message is one number: kind, whose command (or the car's maxId), contact, and bits that depend on the kind. */
#define message(kind, who, contact, bits) ((kind) << 12 | (who) << 10 | (contact) << 7 | (bits))
#define kindOf(m) ((m) >> 12 & 7)
#define whoOf(m) ((m) >> 10 & 3)
#define contactOf(m) ((m) >> 7 & 7)
#define bitsOf(m) ((m) & 127)

/* to the car */
#define COMMAND 1  /* who: the body; bits: the id */
#define CANCEL 2   /* who: the id */
#define SYNC 3     /* bits: open, now, ack (2 each: one for each command), want */
/* from the car */
#define RESPONSE 4 /* who: the id; contact: with NEVER_RECEIVED; bits: status, OUTDATED */
#define AWAKE 5    /* who: maxId; bits: conn, epoch, REDELIVERED */
#define WILL 6     /* bits: conn */

#define OUTDATED 64    /* in RESPONSE: older than the latest that counted */
#define REDELIVERED 64 /* in AWAKE: it arrived before */
#define connOf(m) ((m) & 7)
#define epochOf(m) ((m) >> 3 & 1)

short down[DOWN]; /* sorted: the order means nothing; 0: free */
short up[UP];     /* in the order of sending, that is of seq; 0: free */

#define downFree (down[DOWN - 1] == 0)
#define upFree (up[UP - 1] == 0)
#define nothingUnderWay (down[0] == 0 && up[0] == 0)

hidden byte n_i;
hidden short n_swap;
hidden short n_message;

/* Needs downFree. A copy of what is under way anyway adds nothing when there are duplicates. */
inline sendDown(m) {
  n_message = m;
  n_i = 0;
  do
  :: n_i < DOWN ->
     if
     :: n_message == down[n_i] && DUPLICATES -> break
     :: n_message > down[n_i] -> n_swap = down[n_i]; down[n_i] = n_message; n_message = n_swap
     :: else
     fi;
     n_i++
  :: else -> break
  od;
  skip
}

inline removeDown(at) {
  n_i = at;
  do
  :: n_i < DOWN - 1 -> down[n_i] = down[n_i + 1]; n_i++
  :: else -> down[DOWN - 1] = 0; break
  od;
  skip
}

/* Needs upFree. */
inline sendUp(m) {
  n_message = m;
  n_i = 0;
  do
  :: up[n_i] == 0 -> up[n_i] = n_message; break
  :: else ->
     if
     :: up[n_i] == n_message && DUPLICATES && (n_i == UP - 1 || up[n_i + 1] == 0) -> break
     :: else -> n_i++
     fi
  od;
  skip
}

inline removeUp(at) {
  n_i = at;
  do
  :: n_i < UP - 1 -> up[n_i] = up[n_i + 1]; n_i++
  :: else -> up[UP - 1] = 0; break
  od;
  skip
}

hidden byte n_from;

/* The response at this place counted: it and what the car said of the command before it are no events any more. Only a
 * server restored from a backup would take them again. */
inline outdate(id, upto) {
  n_from = upto + 1;
  do
  :: n_from > 0 ->
     n_from--;
     if
     :: kindOf(up[n_from]) == RESPONSE && whoOf(up[n_from]) == id ->
        if
        :: RESTORES > 0 && DUPLICATES -> up[n_from] = up[n_from] | OUTDATED
        :: else -> removeUp(n_from)
        fi
     :: else
     fi
  :: else -> break
  od;
  skip
}

inline someDown(at) {
  if
  :: down[0] != 0 -> at = 0
#if DOWN > 1
  :: down[1] != 0 -> at = 1
#endif
#if DOWN > 2
  :: down[2] != 0 -> at = 2
#endif
  fi
}

inline someUp(at) {
  if
  :: up[0] != 0 -> at = 0
#if UP > 1
  :: up[1] != 0 -> at = 1
#endif
#if UP > 2
  :: up[2] != 0 -> at = 2
#endif
  fi
}
