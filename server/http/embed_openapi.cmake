# cmake -DINPUT=FILE -DOUTPUT=FILE -P embed_openapi.cmake: writes the description of the API into a source file. In
# pieces, because a literal of more than 64 KiB is more than compilers must take.
file(READ "${INPUT}" text)
string(LENGTH "${text}" length)
set(pieces "")
set(begin 0)
while(begin LESS length)
  string(SUBSTRING "${text}" ${begin} 8000 piece)
  string(APPEND pieces "R\"~(${piece})~\"\n")
  math(EXPR begin "${begin} + 8000")
endwhile()
file(WRITE "${OUTPUT}" "#include \"server/http/openapi.hpp\"

namespace smartkar::server {

std::string_view openApiJson() { return\n${pieces}; }

}  // namespace smartkar::server
")
