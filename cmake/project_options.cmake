# What every target of ours compiles with: `project_options`. And the helpers that targets use.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(REMORA_WERROR "Warnings are errors" ON)

add_library(project_options INTERFACE)
target_include_directories(project_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(project_options INTERFACE -Wall -Wextra -Wpedantic
  $<$<BOOL:${REMORA_WERROR}>:-Werror>)
# g++ 12 warns falsely where it inlines std::string (GCC bugs 105329, 105651, 105562) and where it frees
# coroutine frames: nothing is ours there.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(project_options INTERFACE -Wno-restrict -Wno-stringop-overflow
    -Wno-stringop-overread -Wno-array-bounds -Wno-maybe-uninitialized
    -Wno-mismatched-new-delete)
endif()
# What a program does not use of the libraries that are linked as a whole is memory in each sidecar.
target_compile_options(project_options INTERFACE -ffunction-sections -fdata-sections)
target_link_options(project_options INTERFACE -Wl,--gc-sections)
# Asio and Beast are compiled once, in core/asio_implementation.cpp.
target_compile_definitions(project_options INTERFACE
  REMORA_VERSION="${PROJECT_VERSION}"
  BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED
  # hiredis asks for it; the precompiled header must agree.
  _FILE_OFFSET_BITS=64
  # A request nests more coroutines than Asio's two cached frames a thread.
  BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8
  BOOST_ASIO_DISABLE_VISIBILITY)
if(REMORA_SANITIZE)
  list(JOIN REMORA_SANITIZE "," sanitizers)
  target_compile_options(project_options INTERFACE -fsanitize=${sanitizers}
    -fno-omit-frame-pointer)
  target_link_options(project_options INTERFACE -fsanitize=${sanitizers})
  # clang-14 cannot emit checks of calls through pointers (-fsanitize=function) for coroutines.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND "undefined" IN_LIST REMORA_SANITIZE)
    target_compile_options(project_options INTERFACE -fno-sanitize=function)
  endif()
  # ThreadSanitizer does not model Asio's fences; g++ says so for every file that uses them.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND "thread" IN_LIST REMORA_SANITIZE)
    target_compile_options(project_options INTERFACE -Wno-tsan)
  endif()
endif()
target_link_libraries(project_options INTERFACE Threads::Threads)


# The precompiled header and the compiled-once Asio, shared by everything below.
add_library(precompiled STATIC ${PROJECT_SOURCE_DIR}/core/pch.cpp)
target_link_libraries(precompiled PUBLIC project_options)
target_precompile_headers(precompiled PRIVATE ${PROJECT_SOURCE_DIR}/core/pch.hpp)

add_library(asio STATIC ${PROJECT_SOURCE_DIR}/core/asio_implementation.cpp)
target_link_libraries(asio PUBLIC project_options)

# add_component(NAME sources… [LINK libraries…]): the static library of one folder.
function(add_component name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_library(${name} STATIC ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PUBLIC project_options ${arg_LINK})
  target_precompile_headers(${name} REUSE_FROM precompiled)
endfunction()

# add_program(NAME component main.cpp): an executable that only wires a component.
function(add_program name component main)
  add_executable(${name} ${main})
  target_link_libraries(${name} PRIVATE ${component})
  target_precompile_headers(${name} REUSE_FROM precompiled)
  install(TARGETS ${name} RUNTIME)
endfunction()
