# cmake -D OUT=schema_files.cpp -D FILES=a.sql;b.sql -P embed_schema.cmake
# Writes api/schema/*.sql into a source file: the program carries the schema it was built with.
list(SORT FILES)
set(entries "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} sql)
  string(APPEND entries "    {\"${name}\", R\"sql_text(${sql})sql_text\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"api/postgres/schema.hpp\"

namespace api {

std::span<const schema_file> schema_files() {
  static constexpr schema_file files[] = {
${entries}  };
  return files;
}

}  // namespace api
")
