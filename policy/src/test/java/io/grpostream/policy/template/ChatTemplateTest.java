package io.grpostream.policy.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The public face: context values, errors that name their place, the clock, threads. */
class ChatTemplateTest {
  private static String render(String source, Map<String, ?> context) {
    return ChatTemplate.parse("chat_template.jinja", source).render(context);
  }

  private static TemplateException refused(String source) {
    return assertThrows(TemplateException.class, () -> render(source, Map.of("l", List.of(1))));
  }

  @Test
  void contextValuesAreThoseOfJson() {
    Map<String, Object> dict = new LinkedHashMap<>();
    dict.put("z", null);
    dict.put("a", Arrays.asList(1, 2L, 1.0, 0.5f, true, null, "x"));
    assertEquals(
        "{'z': None, 'a': [1, 2, 1.0, 0.5, True, None, 'x']}",
        render("{{ v }}", Map.of("v", dict)));
  }

  @Test
  void nullIsNoneAndDefined() {
    Map<String, Object> context = new HashMap<>();
    context.put("tools", null);
    assertEquals("True True", render("{{ tools is none }} {{ tools is defined }}", context));
  }

  @Test
  void otherContextValuesAreRefused() {
    Map<String, Object> context = Map.of("v", Instant.EPOCH);
    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> render("{{ v }}", context));
    assertTrue(String.valueOf(thrown.getMessage()).contains("java.time.Instant"));
  }

  @Test
  void integersBeyond64BitsAreRefused() {
    Map<String, Object> context = Map.of("v", BigInteger.TWO.pow(64));
    assertThrows(IllegalArgumentException.class, () -> render("{{ v }}", context));
    assertEquals(
        "9223372036854775807", render("{{ v }}", Map.of("v", BigInteger.valueOf(Long.MAX_VALUE))));
  }

  @Test
  void renderingLeavesTheContextAlone() {
    Map<String, Object> context = new HashMap<>(Map.of("n", 1));
    assertEquals("2", render("{% set n = n + 1 %}{{ n }}", context));
    assertEquals(Map.of("n", 1), context);
  }

  @Test
  void userTextIsNeverATemplate() {
    assertEquals("{{ 1 }}{% x %}", render("{{ m }}", Map.of("m", "{{ 1 }}{% x %}")));
  }

  @Test
  void errorNamesTemplateLineAndConstruct() {
    TemplateException thrown =
        refused("a\n{% if true %}\n\n  {{ l | tojson |\n   nope }}{% endif %}");
    assertEquals("chat_template.jinja", thrown.templateName());
    assertEquals(5, thrown.line());
    assertEquals("filter 'nope'", thrown.construct());
    assertEquals(
        "template chat_template.jinja, line 5, filter 'nope': there is no filter of this name",
        thrown.getMessage());
    assertFalse(thrown instanceof TemplateRaisedException);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{% include 'x' %}` | statement 'include' | not supported",
        "`{% extends 'x' %}` | statement 'extends' | not supported",
        "`{% block b %}{% endblock %}` | statement 'block' | not supported",
        "`{% do l.append(1) %}` | statement 'do' | not supported",
        "`{% for x in l recursive %}{% endfor %}` | for | recursive",
        "`{{ f(*l) }}` | call | spreading",
        "`{{ l | xmlattr }}` | filter 'xmlattr' | not supported",
        "`{{ l is nope }}` | test 'nope' | no test",
        "`{{ cycler(1) }}` | call of 'cycler' | 'cycler' is not supported",
        "`{{ 'x'.encode() }}` | attribute 'encode' | str.encode is not supported",
        "`{{ 9999999999 * 9999999999 }}` | operator '*' | beyond 64 bits",
        "`{{ 99999999999999999999 }}` | number | 64 bits",
        "`{{ l | map('abs') }}` | output | printing a value of type 'generator'",
        "`{{ ('<' | safe) + '<' }}` | operator '+' | marked as safe",
        "`{{ '{:>5}'.format(1) }}` | call of 'format' | format field '{:>5}'",
        "`{{ '%e' % 1 }}` | operator '%' | format '%e'",
        "`{{ missing.x }}` | attribute 'x' | 'missing' is undefined",
        "`{{ l[0].x.y }}` | attribute 'y' | 'int object' has no attribute 'x'",
        "`{% set l.x = 1 %}` | set | only a namespace can be changed",
        "`{{ l.append(2) }}` | call of 'append' | unsafe",
        "`{{ l.__class__.x }}` | attribute 'x' | unsafe",
        "`{% if l %}` | syntax | ends without the 'elif' or 'else' or 'endif'",
        "`{{ 1 ` | '{{' | opened on line 1 is never closed",
        "`{{ 'a }}` | string | never closed",
        "`{# a` | comment | never closed",
        "`{% endif %}` | statement 'endif' | no statement that may stand here",
        "`{{ (1] }}` | tag | unexpected ']', expected ')'",
        "`{% continue %}` | continue | no loop",
        "`{% for x in l %}{% set y %}{% break %}{% endset %}{% endfor %}` | break | no loop",
        "`{{ strftime_now('%Q') }}` | call of 'strftime_now' | directive '%Q'",
      })
  void errorsNameWhatIsWrong(String source, String construct, String reason) {
    TemplateException thrown = refused(source);
    assertEquals(construct, thrown.construct(), thrown.getMessage());
    assertTrue(thrown.reason().contains(reason), thrown.getMessage());
  }

  @Test
  void aTemplatesOwnErrorIsToldApart() {
    TemplateException thrown =
        refused("\n{% for x in l %}{{ raise_exception('bad ' ~ x) }}{% endfor %}");
    TemplateRaisedException raised = assertInstanceOf(TemplateRaisedException.class, thrown);
    assertEquals("bad 1", raised.reason());
    assertEquals(2, raised.line());
  }

  @Test
  void strftimeTellsTheClocksTime() {
    Clock clock = Clock.fixed(Instant.parse("2024-07-06T15:04:05Z"), ZoneId.of("Asia/Tokyo"));
    String source =
        "{{ strftime_now('%d %b %Y|%A %-d %B %y|%a %H:%M:%S %I %p|%j %m %-m|%F %T %%') }}";
    // Python: datetime(2024, 7, 7, 0, 4, 5).strftime(...)
    assertEquals(
        "07 Jul 2024|Sunday 7 July 24|Sun 00:04:05 12 AM|189 07 7|2024-07-07 00:04:05 %",
        ChatTemplate.parse("clock", source, clock).render(Map.of()));
  }

  @Test
  void theContextHidesGlobalFunctions() {
    assertEquals("5", render("{{ range }}", Map.of("range", 5)));
  }

  @Test
  void oneTemplateServesManyThreads() {
    ChatTemplate template =
        ChatTemplate.parse(
            "shared",
            "{% set ns = namespace(s=0) %}{% for i in range(n) %}{% set ns.s = ns.s + i %}{% endfor %}"
                + "{{ ns.s }}");
    IntStream.range(0, 200)
        .parallel()
        .forEach(
            n -> assertEquals(String.valueOf(n * (n - 1) / 2), template.render(Map.of("n", n))));
  }
}
