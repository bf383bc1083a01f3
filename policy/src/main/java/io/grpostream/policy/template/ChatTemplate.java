package io.grpostream.policy.template;

import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;

/**
 * A checkpoint's chat template: renders a conversation to the text that the model was trained on,
 * byte for byte as transformers 5 does with Jinja2 3.1.
 *
 * <p>The environment is transformers': {@code trim_blocks} and {@code lstrip_blocks} on, {@code
 * break} and {@code continue}, {@code generation} tags, {@code raise_exception}, {@code
 * strftime_now}, a {@code tojson} that does not escape HTML, and nothing that changes a list or
 * dict. As transformers does, a caller passes {@code messages}, {@code add_generation_prompt},
 * {@code tools} and {@code documents} (null when there are none) and every special token by its
 * name, such as {@code bos_token}.
 *
 * <p>Of Jinja2 it lacks inheritance and inclusion ({@code extends}, {@code block}, {@code include},
 * {@code import}), recursive loops, {@code autoescape}, spread arguments, and the filters that make
 * HTML or wrap text; of Python, integers beyond 64 bits and the rarer methods. Each of them ends in
 * a {@link TemplateException} that names it when it is reached.
 *
 * <p>A template is not trusted. Parsing takes at most {@value #MAX_SOURCE} characters and 100
 * levels of nesting; a render at most {@value Budget#MAX_DEPTH} nodes under evaluation at once,
 * {@value Budget#MAX_STEPS} steps (expressions, statements and loop turns), {@value
 * Budget#MAX_CHARACTERS} characters created or scanned, {@value Budget#MAX_OUTPUT} characters of
 * output, and {@value Budget#MAX_RANGE} members of a {@code range}. It reaches no Java object:
 * attributes are those of the values below, and nothing else.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class ChatTemplate {
  /** The longest source accepted, in characters. */
  static final int MAX_SOURCE = 1 << 20;

  private final String name;
  private final Statement.Body body;
  private final Clock clock;

  private ChatTemplate(String name, Statement.Body body, Clock clock) {
    this.name = name;
    this.body = body;
    this.clock = clock;
  }

  /**
   * Parses a template whose {@code strftime_now} tells this machine's time.
   *
   * @param name what error messages call the template, for example its file
   * @throws TemplateException if the source is not a template, or uses a statement that is lacking
   */
  public static ChatTemplate parse(String name, String source) {
    return parse(name, source, Clock.system(ZoneId.systemDefault()));
  }

  /**
   * Parses a template whose {@code strftime_now} tells the clock's time in the clock's zone.
   *
   * @throws TemplateException as {@link #parse(String, String)}
   */
  public static ChatTemplate parse(String name, String source, Clock clock) {
    if (source.length() > MAX_SOURCE) {
      throw new TemplateException(name, 1, "template", "longer than " + MAX_SOURCE + " characters");
    }
    var tokens = Lexer.tokenize(new Source(name, source));
    return new ChatTemplate(name, StatementParser.parse(name, tokens), clock);
  }

  /**
   * Renders the template.
   *
   * @param context the template's variables: String, Boolean, an integer up to 64 bits, Double or
   *     Float, List, Map (in its own order; keys are such values too), or null for None
   * @throws TemplateRaisedException if the template calls {@code raise_exception}
   * @throws TemplateException if the template fails, uses what is lacking, or exceeds a bound
   * @throws IllegalArgumentException if the context holds anything else
   */
  public String render(Map<String, ?> context) {
    return new Render(name, clock, context).run(body);
  }
}
