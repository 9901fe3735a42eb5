// Boost.JSON is compiled here: then libboost1.81-dev suffices and no shared library is needed.
#include <boost/json/src.hpp>
