# Compiler settings shared by every part.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(SMARTKAR_SANITIZE "" CACHE STRING "Sanitizers for the whole build, for example address,undefined")

find_program(CCACHE ccache)
if(CCACHE)
  # Relative paths, so that all clones on a machine share what was compiled once.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${CMAKE_SOURCE_DIR};CCACHE_NOHASHDIR=1;${CCACHE}")
endif()

# False for a microcontroller, which has no tests, servers and tools of its own.
if(CMAKE_SYSTEM_NAME STREQUAL Generic)
  set(SMARTKAR_HOSTED OFF)
else()
  set(SMARTKAR_HOSTED ON)
endif()

add_library(smartkar_settings INTERFACE)
target_include_directories(smartkar_settings INTERFACE "${CMAKE_SOURCE_DIR}")
if(NOT SMARTKAR_HOSTED)
  # The one header of the host's that the device needs; a path to all of them would hide the target's.
  file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/include")
  file(CREATE_LINK /usr/include/jsmn.h "${CMAKE_BINARY_DIR}/include/jsmn.h" SYMBOLIC)
  target_include_directories(smartkar_settings SYSTEM INTERFACE "${CMAKE_BINARY_DIR}/include")
endif()
target_compile_options(smartkar_settings INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Werror)
if(SMARTKAR_SANITIZE)
  # vptr checks need type information, which device code is built without.
  target_compile_options(smartkar_settings INTERFACE
    -fsanitize=${SMARTKAR_SANITIZE} -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(smartkar_settings INTERFACE -fsanitize=${SMARTKAR_SANITIZE})
endif()
if(SMARTKAR_SANITIZE MATCHES thread)
  # Asio has memory fences, which this sanitizer does not see; GCC would say so in every file.
  target_compile_options(smartkar_settings INTERFACE -Wno-tsan)
endif()
