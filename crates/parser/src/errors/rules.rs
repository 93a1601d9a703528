//! The grammar once more, for finding out what is wrong: CPython's rules in CPython's order,
//! with the rules that match mistakes among them. Order is all that matters here. Which
//! tokens have been looked at decides where an error points, and which alternative comes
//! first decides what it says; the fast grammar is free of both.
//!
//! ```text
//! name:               a rule; `name memo:` keeps its results by position (where CPython
//!                     does: an uncached rule may be asked again with mistakes enabled)
//! | items => action   an alternative; `>` in place of `|` continues a left-recursive rule
//! 'if' "match" NAME   a token by spelling, a soft keyword, a kind of token
//! (a | b) [a] a? a* a+ ','.a+      groups, options, repetitions, separated lists
//! &a !a &&':' ~       look ahead, forbid, demand at once, commit to this alternative
//! a=item              names an item for the action
//! ```
//!
//! An alternative that is only an `invalid_..` rule is tried in the second pass alone. The
//! actions are those of [`super::actions`]; without one the value is that of the items.

pub(super) const RULES: &str = r#"
file:
| [statements] ENDMARKER

interactive:
| compound_stmt NEWLINE
| simple_stmts
| NEWLINE
| ENDMARKER => exit

eval:
| expressions NEWLINE* ENDMARKER

func_type:
| '(' [type_expressions] ')' '->' expression NEWLINE* ENDMARKER

statements:
| statement+

statement:
| compound_stmt
| simple_stmts

simple_stmts:
| simple_stmt !';' NEWLINE
| ';'.simple_stmt+ [';'] NEWLINE

simple_stmt memo:
| assignment
| &"type" type_alias
| star_expressions
| &'return' return_stmt
| &('import' | 'from') import_stmt
| &'raise' raise_stmt
| &'pass' pass_stmt
| &'del' del_stmt
| &'yield' yield_expr
| &'assert' assert_stmt
| &'break' break_stmt
| &'continue' continue_stmt
| &'global' global_stmt
| &'nonlocal' nonlocal_stmt

compound_stmt:
| &('def' | '@' | 'async') function_def
| &'if' if_stmt
| &('class' | '@') class_def
| &('with' | 'async') with_stmt
| &('for' | 'async') for_stmt
| &'try' try_stmt
| &'while' while_stmt
| match_stmt

assignment:
| NAME ':' expression ['=' annotated_rhs] => version 6 "Variable annotation syntax is"
| ('(' single_target ')' | single_subscript_attribute_target) ':' expression ['=' annotated_rhs] => version 6 "Variable annotations syntax is"
| (star_targets '=')+ annotated_rhs !'=' [TYPE_COMMENT]
| single_target augassign ~ annotated_rhs
| invalid_assignment

annotated_rhs:
| yield_expr
| star_expressions

augassign:
| '+='
| '-='
| '*='
| '@=' => version 5 "The '@' operator is"
| '/='
| '%='
| '&='
| '|='
| '^='
| '<<='
| '>>='
| '**='
| '//='

return_stmt:
| 'return' [star_expressions]

raise_stmt:
| 'raise' expression ['from' expression]
| 'raise'

pass_stmt:
| 'pass' => node Stmt

break_stmt:
| 'break' => node Stmt

continue_stmt:
| 'continue' => node Stmt

global_stmt:
| 'global' ','.NAME+

nonlocal_stmt:
| 'nonlocal' ','.NAME+

del_stmt:
| 'del' del_targets &(';' | NEWLINE)
| invalid_del_stmt

assert_stmt:
| 'assert' expression [',' expression]

import_stmt:
| invalid_import
| import_name
| import_from

import_name:
| 'import' ','.dotted_as_name+

import_from:
| 'from' m=dotted_name 'import' n=import_from_targets => future m n
| 'from' ('.' | '...')* dotted_name 'import' import_from_targets
| 'from' ('.' | '...')+ 'import' import_from_targets

import_from_targets:
| '(' ','.import_from_as_name+ [','] ')'
| ','.import_from_as_name+ !','
| '*'
| invalid_import_from_targets

import_from_as_name:
| invalid_import_from_as_name
| NAME ['as' NAME]

dotted_as_name:
| invalid_dotted_as_name
| dotted_name ['as' NAME]

dotted_name memo:
| NAME
> '.' NAME

block memo:
| NEWLINE INDENT statements DEDENT
| simple_stmts
| invalid_block

decorators:
| ('@' named_expression NEWLINE)+

class_def:
| decorators class_def_raw
| class_def_raw

class_def_raw:
| invalid_class_def_raw
| 'class' NAME [type_params] ['(' [arguments] ')'] ':' block

function_def:
| decorators function_def_raw
| function_def_raw

function_def_raw:
| invalid_def_raw
| 'def' NAME [type_params] '(' [params] ')' ['->' expression] ':' [func_type_comment] block
| 'async' 'def' NAME [type_params] '(' [params] ')' ['->' expression] ':' [func_type_comment] block => version 5 "Async functions are"

params:
| invalid_parameters
| parameters

parameters:
| slash_no_default param_no_default* param_with_default* [star_etc] => version 8 "Positional-only parameters are"
| slash_with_default param_with_default* [star_etc] => version 8 "Positional-only parameters are"
| param_no_default+ param_with_default* [star_etc]
| param_with_default+ [star_etc]
| star_etc

slash_no_default:
| param_no_default+ '/' ','
| param_no_default+ '/' &')'

slash_with_default:
| param_no_default* param_with_default+ '/' ','
| param_no_default* param_with_default+ '/' &')'

star_etc:
| invalid_star_etc
| '*' param_no_default param_maybe_default* [kwds]
| '*' param_no_default_star_annotation param_maybe_default* [kwds]
| '*' ',' param_maybe_default+ [kwds]
| kwds

kwds:
| invalid_kwds
| '**' param_no_default

param_no_default:
| a=param ',' TYPE_COMMENT? => value a
| a=param TYPE_COMMENT? &')' => value a

param_no_default_star_annotation:
| param_star_annotation ',' TYPE_COMMENT?
| param_star_annotation TYPE_COMMENT? &')'

param_with_default:
| param default ',' TYPE_COMMENT?
| param default TYPE_COMMENT? &')'

param_maybe_default:
| param default? ',' TYPE_COMMENT?
| param default? TYPE_COMMENT? &')'

param:
| NAME annotation? => node Arg

param_star_annotation:
| NAME ':' star_expression

annotation:
| ':' expression

default:
| '=' expression
| invalid_default

if_stmt:
| invalid_if_stmt
| 'if' named_expression ':' block elif_stmt
| 'if' named_expression ':' block [else_block]

elif_stmt:
| invalid_elif_stmt
| 'elif' named_expression ':' block elif_stmt
| 'elif' named_expression ':' block [else_block]

else_block:
| invalid_else_stmt
| 'else' &&':' block

while_stmt:
| invalid_while_stmt
| 'while' named_expression ':' block [else_block]

for_stmt:
| invalid_for_stmt
| 'for' star_targets 'in' ~ star_expressions ':' [TYPE_COMMENT] block [else_block]
| 'async' 'for' star_targets 'in' ~ star_expressions ':' [TYPE_COMMENT] block [else_block] => version 5 "Async for loops are"
| invalid_for_target

with_stmt:
| invalid_with_stmt_indent
| 'with' '(' ','.with_item+ ','? ')' ':' [TYPE_COMMENT] block
| 'with' ','.with_item+ ':' [TYPE_COMMENT] block
| 'async' 'with' '(' ','.with_item+ ','? ')' ':' block => version 5 "Async with statements are"
| 'async' 'with' ','.with_item+ ':' [TYPE_COMMENT] block => version 5 "Async with statements are"
| invalid_with_stmt

with_item:
| expression 'as' star_target &(',' | ')' | ':')
| invalid_with_item
| expression

try_stmt:
| invalid_try_stmt
| 'try' &&':' block finally_block
| 'try' &&':' block except_block+ [else_block] [finally_block]
| 'try' &&':' block except_star_block+ [else_block] [finally_block] => version 11 "Exception groups are"

except_block:
| invalid_except_stmt_indent
| 'except' expression ':' block
| 'except' expression 'as' NAME ':' block
| 'except' expressions ':' block => version 14 "except expressions without parentheses are"
| 'except' ':' block
| invalid_except_stmt

except_star_block:
| invalid_except_star_stmt_indent
| 'except' '*' expression ':' block
| 'except' '*' expression 'as' NAME ':' block
| 'except' '*' expressions ':' block => version 14 "except expressions without parentheses are"
| invalid_except_star_stmt

finally_block:
| invalid_finally_stmt
| 'finally' &&':' block

match_stmt:
| "match" subject_expr ':' NEWLINE INDENT case_block+ DEDENT => version 10 "Pattern matching is"
| invalid_match_stmt

subject_expr:
| star_named_expression ',' star_named_expressions?
| named_expression

case_block:
| invalid_case_block
| "case" patterns guard? ':' block

guard:
| 'if' named_expression

patterns:
| open_sequence_pattern
| pattern

pattern:
| as_pattern
| or_pattern

as_pattern:
| or_pattern 'as' pattern_capture_target => node Pattern
| invalid_as_pattern

or_pattern:
| '|'.closed_pattern+

closed_pattern memo:
| literal_pattern
| pattern_capture_target
| "_"
| attr !('.' | '(' | '=')
| '(' a=pattern ')' => value a
| sequence_pattern
| mapping_pattern
| class_pattern

literal_pattern:
| signed_number !('+' | '-')
| complex_number
| strings
| 'None'
| 'True'
| 'False'

literal_expr:
| signed_number !('+' | '-')
| complex_number
| strings
| 'None'
| 'True'
| 'False'

complex_number:
| signed_real_number '+' imaginary_number
| signed_real_number '-' imaginary_number

signed_number:
| number
| '-' number => node Expression

signed_real_number:
| real_number
| '-' real_number => node Expression

real_number:
| a=number => real a

imaginary_number:
| a=number => imaginary a

pattern_capture_target:
| !"_" NAME !('.' | '(' | '=')

attr memo:
| name_or_attr_start
> '.' NAME

name_or_attr_start:
| NAME '.' NAME

name_or_attr:
| attr
| NAME

sequence_pattern:
| '[' maybe_sequence_pattern? ']' => node Pattern
| '(' open_sequence_pattern? ')' => node Pattern

open_sequence_pattern:
| maybe_star_pattern ',' maybe_sequence_pattern?

maybe_sequence_pattern:
| ','.maybe_star_pattern+ ','?

maybe_star_pattern:
| star_pattern
| pattern

star_pattern memo:
| '*' pattern_capture_target
| '*' "_"

mapping_pattern:
| '{' '}' => node Pattern
| '{' double_star_pattern ','? '}' => node Pattern
| '{' items_pattern ',' double_star_pattern ','? '}' => node Pattern
| '{' items_pattern ','? '}' => node Pattern

items_pattern:
| ','.key_value_pattern+

key_value_pattern:
| (literal_expr | attr) ':' pattern

double_star_pattern:
| '**' pattern_capture_target

class_pattern:
| name_or_attr '(' ')' => node Pattern
| name_or_attr '(' positional_patterns ','? ')' => node Pattern
| name_or_attr '(' keyword_patterns ','? ')' => node Pattern
| name_or_attr '(' positional_patterns ',' keyword_patterns ','? ')' => node Pattern
| invalid_class_pattern

positional_patterns:
| ','.pattern+

keyword_patterns:
| ','.keyword_pattern+

keyword_pattern:
| NAME '=' pattern

type_alias:
| "type" NAME [type_params] '=' expression => version 12 "Type statement is"

type_params:
| invalid_type_params
| '[' type_param_seq ']' => version 12 "Type parameter lists are"

type_param_seq:
| ','.type_param+ [',']

type_param memo:
| NAME [':' expression] [type_param_default]
| invalid_type_param
| '*' NAME [type_param_starred_default]
| '**' NAME [type_param_default]

type_param_default:
| '=' expression => version 13 "Type parameter defaults are"

type_param_starred_default:
| '=' star_expression => version 13 "Type parameter defaults are"

expressions:
| expression (',' expression)+ [','] => node Tuple
| expression ',' => node Tuple
| expression

expression memo:
| invalid_expression
| invalid_legacy_expression
| disjunction 'if' disjunction 'else' expression => node IfExp
| disjunction
| lambdef

yield_expr:
| 'yield' 'from' expression => node Yield
| 'yield' [star_expressions] => node Yield

star_expressions:
| star_expression (',' star_expression)+ [','] => node Tuple
| star_expression ',' => node Tuple
| star_expression

star_expression memo:
| '*' bitwise_or => node Starred
| expression

star_named_expressions:
| ','.star_named_expression+ [',']

star_named_expression:
| '*' bitwise_or => node Starred
| named_expression

assignment_expression:
| NAME ':=' ~ expression => version 8 "Assignment expressions are" => node NamedExpr

named_expression:
| assignment_expression
| invalid_named_expression
| expression !':='

disjunction memo:
| conjunction ('or' conjunction)+ => node Expression
| conjunction

conjunction memo:
| inversion ('and' inversion)+ => node Expression
| inversion

inversion memo:
| 'not' inversion => node Expression
| comparison

comparison:
| bitwise_or compare_op_bitwise_or_pair+ => node Compare
| bitwise_or

compare_op_bitwise_or_pair:
| '==' bitwise_or
| not_equal bitwise_or
| '<=' bitwise_or
| '<' bitwise_or
| '>=' bitwise_or
| '>' bitwise_or
| 'not' 'in' bitwise_or
| 'in' bitwise_or
| 'is' 'not' bitwise_or
| 'is' bitwise_or
| invalid_not_equal

not_equal:
| a='!=' => barry a

bitwise_or memo:
| bitwise_xor
> '|' bitwise_xor => node Expression

bitwise_xor memo:
| bitwise_and
> '^' bitwise_and => node Expression

bitwise_and memo:
| shift_expr
> '&' shift_expr => node Expression

shift_expr memo:
| invalid_arithmetic
| sum
> '<<' sum => node Expression
> '>>' sum => node Expression

sum memo:
| term
> '+' term => node Expression
> '-' term => node Expression

term memo:
| invalid_factor
| factor
> '*' factor => node Expression
> '/' factor => node Expression
> '//' factor => node Expression
> '%' factor => node Expression
> '@' factor => version 5 "The '@' operator is" => node Expression

factor memo:
| '+' factor => node Expression
| '-' factor => node Expression
| '~' factor => node Expression
| power

power:
| await_primary '**' factor => node Expression
| await_primary

await_primary memo:
| 'await' primary => version 5 "Await expressions are" => node Await
| primary

primary memo:
| atom
> '.' NAME => node Attribute
> genexp => node Call
> '(' [arguments] ')' => node Call
> '[' slices ']' => node Subscript

slices:
| slice !','
| ','.(slice | starred_expression)+ [','] => node Tuple

slice:
| [expression] ':' [expression] [':' [expression]] => node Slice
| named_expression

atom:
| NAME
| 'True' => node True
| 'False' => node False
| 'None' => node None
| &(STRING | FSTRING_START | TSTRING_START) strings
| number
| &'(' (tuple | group | genexp)
| &'[' (list | listcomp)
| &'{' (dict | set | dictcomp | setcomp)
| '...' => node Ellipsis

number:
| a=NUMBER => number a

group:
| '(' a=(yield_expr | named_expression) ')' => value a
| invalid_group

lambdef:
| 'lambda' [lambda_params] ':' expression => node Lambda

lambda_params:
| invalid_lambda_parameters
| lambda_parameters

lambda_parameters:
| lambda_slash_no_default lambda_param_no_default* lambda_param_with_default* [lambda_star_etc] => version 8 "Positional-only parameters are"
| lambda_slash_with_default lambda_param_with_default* [lambda_star_etc] => version 8 "Positional-only parameters are"
| lambda_param_no_default+ lambda_param_with_default* [lambda_star_etc]
| lambda_param_with_default+ [lambda_star_etc]
| lambda_star_etc

lambda_slash_no_default:
| lambda_param_no_default+ '/' ','
| lambda_param_no_default+ '/' &':'

lambda_slash_with_default:
| lambda_param_no_default* lambda_param_with_default+ '/' ','
| lambda_param_no_default* lambda_param_with_default+ '/' &':'

lambda_star_etc:
| invalid_lambda_star_etc
| '*' lambda_param_no_default lambda_param_maybe_default* [lambda_kwds]
| '*' ',' lambda_param_maybe_default+ [lambda_kwds]
| lambda_kwds

lambda_kwds:
| invalid_lambda_kwds
| '**' lambda_param_no_default

lambda_param_no_default:
| a=NAME ',' => value a
| a=NAME &':' => value a

lambda_param_with_default:
| NAME default ','
| NAME default &':'

lambda_param_maybe_default:
| NAME default? ','
| NAME default? &':'

fstring_middle:
| fstring_replacement_field
| FSTRING_MIDDLE

fstring_replacement_field:
| '{' annotated_rhs '='? [fstring_conversion] [fstring_full_format_spec] '}' => node FormattedValue
| invalid_fstring_replacement_field

fstring_conversion:
| a='!' b=NAME => conversion a b

fstring_full_format_spec:
| ':' fstring_format_spec*

fstring_format_spec:
| a=FSTRING_MIDDLE => decode a
| fstring_replacement_field

fstring:
| s=FSTRING_START a=fstring_middle* FSTRING_END => joined s a => node JoinedStr

tstring_format_spec_replacement_field:
| '{' annotated_rhs '='? [fstring_conversion] [tstring_full_format_spec] '}' => node FormattedValue
| invalid_tstring_replacement_field

tstring_format_spec:
| a=TSTRING_MIDDLE => decode a
| tstring_format_spec_replacement_field

tstring_full_format_spec:
| ':' tstring_format_spec*

tstring_replacement_field:
| '{' annotated_rhs '='? [fstring_conversion] [tstring_full_format_spec] '}' => node FormattedValue
| invalid_tstring_replacement_field

tstring_middle:
| tstring_replacement_field
| TSTRING_MIDDLE

tstring memo:
| s=TSTRING_START a=tstring_middle* TSTRING_END => version 14 "t-strings are" => joined s a => node TemplateStr

string:
| a=STRING => string a

strings memo:
| invalid_string_tstring_concat
| a=(fstring | string)+ => strings a
| tstring+ => node TemplateStr

list:
| '[' [star_named_expressions] ']' => node List

tuple:
| '(' [star_named_expression ',' [star_named_expressions]] ')' => node Tuple

set:
| '{' star_named_expressions '}' => node Set

dict:
| '{' [double_starred_kvpairs] '}' => node Dict
| '{' invalid_double_starred_kvpairs '}'

double_starred_kvpairs:
| ','.double_starred_kvpair+ [',']

double_starred_kvpair:
| '**' bitwise_or
| kvpair

kvpair:
| expression ':' expression

for_if_clauses:
| for_if_clause+

for_if_clause:
| 'async' 'for' star_targets 'in' ~ disjunction ('if' disjunction)* => version 6 "Async comprehensions are"
| 'for' star_targets 'in' ~ disjunction ('if' disjunction)*
| invalid_for_if_clause
| invalid_for_target

listcomp:
| '[' named_expression for_if_clauses ']' => node ListComp
| invalid_comprehension

setcomp:
| '{' named_expression for_if_clauses '}' => node SetComp
| invalid_comprehension

genexp:
| '(' (assignment_expression | expression !':=') for_if_clauses ')' => node GeneratorExp
| invalid_comprehension

dictcomp:
| '{' kvpair for_if_clauses '}' => node DictComp
| invalid_dict_comprehension

arguments memo:
| a=args [','] &')' => value a
| invalid_arguments

args:
| ','.(starred_expression | (assignment_expression | expression !':=') !'=')+ [',' kwargs] => node Args
| kwargs => node Args

kwargs:
| ','.kwarg_or_starred+ ',' ','.kwarg_or_double_starred+
| ','.kwarg_or_starred+
| ','.kwarg_or_double_starred+

starred_expression:
| invalid_starred_expression_unpacking
| '*' expression => node Starred
| invalid_starred_expression

kwarg_or_starred:
| invalid_kwarg
| NAME '=' expression => node Keyword
| starred_expression

kwarg_or_double_starred:
| invalid_kwarg
| NAME '=' expression => node Keyword
| '**' expression => node Unpacking

star_targets:
| a=star_target !',' => value a
| star_target (',' star_target)* [','] => node Tuple

star_targets_tuple_seq:
| star_target (',' star_target)+ [',']
| star_target ','

star_target memo:
| '*' (!'*' star_target) => node Starred
| target_with_star_atom

target_with_star_atom memo:
| t_primary '.' NAME !t_lookahead => node Attribute
| t_primary '[' slices ']' !t_lookahead => node Subscript
| star_atom

star_atom:
| NAME
| '(' a=target_with_star_atom ')' => value a
| '(' [star_targets_tuple_seq] ')' => node Tuple
| '[' [star_targets_list_seq] ']' => node List

star_targets_list_seq:
| ','.star_target+ [',']

single_target:
| single_subscript_attribute_target
| NAME
| '(' a=single_target ')' => value a

single_subscript_attribute_target:
| t_primary '.' NAME !t_lookahead => node Attribute
| t_primary '[' slices ']' !t_lookahead => node Subscript

t_primary memo:
| a=atom &t_lookahead => value a
> '.' NAME &t_lookahead => node Attribute
> '[' slices ']' &t_lookahead => node Subscript
> genexp &t_lookahead => node Call
> '(' [arguments] ')' &t_lookahead => node Call

t_lookahead:
| '('
| '['
| '.'

del_targets:
| ','.del_target+ [',']

del_target memo:
| t_primary '.' NAME !t_lookahead => node Attribute
| t_primary '[' slices ']' !t_lookahead => node Subscript
| del_t_atom

del_t_atom:
| NAME
| '(' a=del_target ')' => value a
| '(' [del_targets] ')' => node Tuple
| '[' [del_targets] ']' => node List

type_expressions:
| ','.expression+ ',' '*' expression ',' '**' expression
| ','.expression+ ',' '*' expression
| ','.expression+ ',' '**' expression
| '*' expression ',' '**' expression
| '*' expression
| '**' expression
| ','.expression+

func_type_comment:
| NEWLINE TYPE_COMMENT &(NEWLINE INDENT)
| invalid_double_type_comments
| TYPE_COMMENT
"#;
