# add_web_assets(TARGET NAMESPACE files…): embeds files into a component. Each becomes a function
# `core::web_asset NAMESPACE::web::NAME()` (page.html: `page_html`), declared in "NAMESPACE/web_assets.hpp"
# by hand. A file with an absolute path comes from a package of the system. Run as a script (cmake -P) it writes the source of one file.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${input} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  get_filename_component(name ${input} NAME)
  string(MAKE_C_IDENTIFIER ${name} function)
  file(WRITE ${output} "#include \"core/web_asset.hpp\"

namespace ${namespace}::web {

core::web_asset ${function}() {
  static const unsigned char bytes[] = {${bytes}0};
  return {\"${name}\", \"${content_type}\",
          {reinterpret_cast<const char*>(bytes), sizeof bytes - 1}};
}

}  // namespace ${namespace}::web
")
  return()
endif()

set(web_assets_script ${CMAKE_CURRENT_LIST_FILE})

function(add_web_assets target namespace)
  foreach(file ${ARGN})
    get_filename_component(input ${file} ABSOLUTE)
    get_filename_component(extension ${file} LAST_EXT)
    if(extension STREQUAL ".html")
      set(content_type "text/html\\; charset=utf-8")
    elseif(extension STREQUAL ".css")
      set(content_type "text/css\\; charset=utf-8")
    elseif(extension STREQUAL ".js")
      set(content_type "text/javascript\\; charset=utf-8")
    elseif(extension STREQUAL ".json")
      set(content_type "application/json")
    elseif(extension STREQUAL ".svg")
      set(content_type "image/svg+xml")
    else()
      message(FATAL_ERROR "add_web_assets: what is the content type of ${file}?")
    endif()
    if(IS_ABSOLUTE ${file})
      if(NOT EXISTS ${file})
        message(FATAL_ERROR "add_web_assets: there is no ${file}; which package has it is in "
                            "tools/debian-up.txt")
      endif()
      get_filename_component(file ${file} NAME)
    endif()
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${file}.cpp)
    add_custom_command(OUTPUT ${output} DEPENDS ${input} ${web_assets_script} VERBATIM
      COMMAND ${CMAKE_COMMAND} -Dinput=${input} -Doutput=${output} -Dnamespace=${namespace}
              -Dcontent_type=${content_type} -P ${web_assets_script})
    target_sources(${target} PRIVATE ${output})
    # Bytes only: no header is worth precompiling.
    set_source_files_properties(${output} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  endforeach()
endfunction()
