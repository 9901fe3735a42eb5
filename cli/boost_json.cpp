// Boost.JSON compiled into this program, so that it needs no library at run time.
#include <boost/json/src.hpp>
