package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses text, output tags and statements into the body of a template. */
final class StatementParser {
  private static final Set<String> LACKING =
      Set.of("extends", "include", "import", "from", "block", "autoescape", "do", "trans", "print");

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final TargetParser targets;

  /** Loops around the present place that a break or continue may leave. */
  private int loops;

  private StatementParser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
    this.targets = new TargetParser(tokens, expressions);
  }

  static Statement.Body parse(String templateName, List<Token> tokens) {
    return new StatementParser(new TokenStream(templateName, tokens)).body(null);
  }

  /** Statements up to, and not including, a tag of one of these names; null for the end. */
  private Statement.Body body(@Nullable Set<String> ends) {
    tokens.enter();
    int line = tokens.peek().line();
    List<Statement> statements = new ArrayList<>();
    while (!tokens.at(Token.Kind.END)) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> statements.add(new Statements.Text(token.line(), token.text()));
        case OPEN_OUTPUT -> statements.add(output(token));
        default -> {
          if (ends != null && tokens.at(Token.Kind.NAME) && ends.contains(tokens.peek().text())) {
            tokens.leave();
            return new Statement.Body(statements);
          }
          statements.add(statement());
          closeBlock();
        }
      }
    }
    if (ends != null) {
      throw tokens.error(
          tokens.peek().line(),
          "syntax",
          "the template ends without the '"
              + String.join("' or '", ends.stream().sorted().toList())
              + "' of the body that begins on line "
              + line);
    }
    tokens.leave();
    return new Statement.Body(statements);
  }

  /** The body of a tag, from the end of that tag to its end tag, which is taken too. */
  private Statement.Body bodyTo(String end) {
    closeBlock();
    Statement.Body body = body(Set.of(end));
    tokens.next();
    return body;
  }

  /** As {@link #bodyTo(String)}, for a body that runs apart from the loops around it. */
  private Statement.Body detachedBodyTo(String end) {
    int around = loops;
    loops = 0;
    Statement.Body body = bodyTo(end);
    loops = around;
    return body;
  }

  private void closeBlock() {
    tokens.expect(Token.Kind.CLOSE_BLOCK, "'%}'");
  }

  private Statement output(Token open) {
    Expr value = expressions.tuple();
    tokens.expect(Token.Kind.CLOSE_OUTPUT, "'}}'");
    return new Statements.Output(open.line(), value);
  }

  private Statement statement() {
    Token tag = tokens.expect(Token.Kind.NAME, "the name of a statement");
    int line = tag.line();
    return switch (tag.text()) {
      case "if" -> ifStatement(line);
      case "for" -> forStatement(line);
      case "set" -> set(line);
      case "macro" -> macro(line);
      case "call" -> callBlock(line);
      case "filter" ->
          new Statements.FilterBlock(line, blockFilters(), detachedBodyTo("endfilter"));
      case "with" -> with(line);
      case "generation" -> new Statements.Generation(line, detachedBodyTo("endgeneration"));
      case "break" -> jump(line, Statement.Outcome.BREAK);
      case "continue" -> jump(line, Statement.Outcome.CONTINUE);
      default -> throw unknown(tag);
    };
  }

  private TemplateException unknown(Token tag) {
    String reason =
        LACKING.contains(tag.text())
            ? "is not supported by this interpreter"
            : "is no statement that may stand here";
    return tokens.error(tag.line(), "statement '" + tag.text() + "'", reason);
  }

  private Statement jump(int line, Statement.Outcome outcome) {
    Statements.Jump jump = new Statements.Jump(line, outcome);
    if (loops == 0) {
      throw tokens.error(line, jump.construct(), "there is no loop here that it could leave");
    }
    return jump;
  }

  private Statement ifStatement(int line) {
    List<Statements.If.Branch> branches = new ArrayList<>();
    Statement.Body otherwise = new Statement.Body(List.of());
    String end = "elif";
    while (end.equals("elif")) {
      Expr condition = expressions.tuple(false, null);
      closeBlock();
      branches.add(new Statements.If.Branch(condition, body(Set.of("elif", "else", "endif"))));
      end = tokens.next().text();
    }
    if (end.equals("else")) {
      otherwise = bodyTo("endif");
    }
    return new Statements.If(line, branches, otherwise);
  }

  private Statement forStatement(int line) {
    Target target = targets.loopTarget();
    tokens.expectName("in");
    Expr items = expressions.tuple(false, "recursive");
    Expr condition = tokens.acceptName("if") ? expressions.expression() : null;
    if (tokens.peek().isName("recursive")) {
      throw tokens.error(line, "for", "a recursive loop is not supported by this interpreter");
    }
    closeBlock();
    loops++;
    Statement.Body body = body(Set.of("else", "endfor"));
    loops--;
    boolean hasElse = tokens.next().isName("else");
    Statement.Body otherwise = hasElse ? bodyTo("endfor") : new Statement.Body(List.of());
    return new ForStatement(line, target, items, condition, body, otherwise);
  }

  private Statement set(int line) {
    Target target = targets.setTarget();
    if (tokens.accept("=")) {
      return new Statements.Assign(line, target, expressions.tuple());
    }
    Expr filters = tokens.accept("|") ? blockFilters() : null;
    return new Statements.AssignBlock(line, target, filters, detachedBodyTo("endset"));
  }

  /** Filters over what a body will have written, at the first one's name. */
  private Expr blockFilters() {
    Expr value = new Access.Name(tokens.peek().line(), Statements.CAPTURED);
    do {
      value = expressions.primaries().filter(value);
    } while (tokens.accept("|"));
    return value;
  }

  private Statement with(int line) {
    List<Target> names = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.at(Token.Kind.CLOSE_BLOCK)) {
      names.add(targets.withTarget());
      tokens.expect("=");
      values.add(expressions.expression());
      if (!tokens.accept(",")) {
        break;
      }
    }
    return new Statements.With(line, names, values, bodyTo("endwith"));
  }

  private Statement macro(int line) {
    String name = tokens.expect(Token.Kind.NAME, "the name of a macro").text();
    return new MacroStatements.Define(line, definition(name, targets.parameters(), "endmacro"));
  }

  private Statement callBlock(int line) {
    List<Macro.Parameter> parameters = tokens.peek().is("(") ? targets.parameters() : List.of();
    Expr call = expressions.expression();
    if (call instanceof Calls.Call macroCall) {
      return new MacroStatements.CallBlock(
          line, macroCall, definition("caller", parameters, "endcall"));
    }
    throw tokens.error(line, "call block", "expected the call of a macro");
  }

  private Macro.Definition definition(
      String name, List<Macro.Parameter> parameters, String endTag) {
    Set<String> outerNames = tokens.startNames();
    Statement.Body body = detachedBodyTo(endTag);
    return new Macro.Definition(name, parameters, tokens.endNames(outerNames), body);
  }
}
