package io.grpostream.policy.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A hostile template ends in a clear error, soon and without exhausting the stack or the heap. */
class BoundsTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static void assertRefused(String source, String reason) {
    TemplateException thrown =
        assertTimeoutPreemptively(
            SOON,
            () ->
                assertThrows(
                    TemplateException.class,
                    () -> ChatTemplate.parse("hostile", source).render(Map.of("l", "x"))));
    assertTrue(thrown.reason().contains(reason), thrown.getMessage());
  }

  @Test
  void recursion() {
    assertRefused("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "500 levels");
    assertRefused(
        "{% macro a() %}{% if true %}{{ b() }}{% endif %}{% endmacro %}"
            + "{% macro b() %}{% for x in [1] %}{{ a() | upper }}{% endfor %}{% endmacro %}{{ a() }}",
        "500 levels");
  }

  @ParameterizedTest
  @CsvSource({
    "(, )",
    "[, ]",
    "{1:, }",
    "'not ', ''",
    "-, ''",
    "f(, )",
    "'1 if 1 else ', ''",
    "x[, ]",
    "f(a=, )",
    "x[1:, ]"
  })
  void nestedExpressions(String open, String close) {
    assertRefused("{{ " + open.repeat(5000) + "1" + close.repeat(5000) + " }}", "100 levels");
  }

  @Test
  void nestedStatements() {
    assertRefused("{% if l %}".repeat(5000), "100 levels");
    assertRefused("{% for x in l %}".repeat(5000), "100 levels");
    assertRefused("{% set " + "(".repeat(5000) + "a" + ")".repeat(5000) + " = 1 %}", "100 levels");
  }

  @Test
  void longChainOfOperators() {
    assertRefused("{{ 1" + " + 1".repeat(5000) + " }}", "500 levels");
    assertRefused("{{ l" + "|upper".repeat(5000) + " }}", "500 levels");
    assertRefused("{{ l" + ".x".repeat(5000) + " }}", "500 levels");
  }

  @Test
  void loopTurns() {
    String range = "{% set r = range(100000) %}";
    assertRefused(range + "{% for a in r %}".repeat(3) + "{% endfor %}".repeat(3), "5000000 steps");
    assertRefused(
        range + "{% for a in r %}{% for b in r if no %}{% endfor %}{% endfor %}", "5000000 steps");
    assertRefused(
        range + "{% for a in r %}{{ r | select('string') | first }}{% endfor %}", "5000000 steps");
    assertRefused(range + "{% for a in r %}{{ r | sort | first }}{% endfor %}", "more than");
    assertRefused(range + "{% for a in r %}{{ 'x' in r }}{% endfor %}", "5000000 steps");
  }

  @Test
  void rangeAsTheSandboxes() {
    assertRefused("{{ range(100001) }}", "100000 members");
    assertRefused("{{ range(-9000000000000000000, 9000000000000000000) }}", "100000 members");
  }

  @Test
  void output() {
    assertRefused(
        "{% set x = 'x' * 1000000 %}{% for i in range(20) %}{{ x }}{% endfor %}",
        "writes more than 8388608 characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ 'x' * 999999999999 }}",
        "{{ [1] * 999999999999 }}",
        "{{ 'x' | center(999999999999) }}",
        "{{ 'x'.ljust(999999999999) }}",
        "{{ '%999999999s' % 1 }}",
        "{{ [1] | tojson(indent=999999999) }}",
        "{{ [1] | batch(999999999, 0) | list }}",
        "{{ [1] | slice(999999999) | list }}",
        "{{ 'x' | indent(999999999, true) }}",
        "{% set ns = namespace(x='xx') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}"
            + "{% endfor %}",
        "{% set ns = namespace(x='xx') %}{% for i in range(99) %}"
            + "{% set ns.x = ns.x | replace('x', 'xx') %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}"
            + "{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}"
            + "{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}"
            + "{% endfor %}{{ ns.x | tojson }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}"
            + "{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        "{% set s = 'a' * 1000000 %}{% for i in range(100000) %}{% if 'b' in s %}{% endif %}"
            + "{% endfor %}",
        "{% set s = 'a' * 1000000 %}{% for i in range(100000) %}{% if s.count('b') %}{% endif %}"
            + "{% endfor %}",
        "{% set s = 'a' * 1000000 %}{% for i in range(100000) %}{% set t = s[5] %}{% endfor %}",
        "{% set s = 'a' * 1000000 %}{% for i in range(100000) %}{% if s == s ~ '' %}{% endif %}"
            + "{% endfor %}",
      })
  void growth(String source) {
    assertRefused(source, "more than");
  }

  @Test
  void deeplyNestedValue() {
    String nest =
        "{% set ns = namespace(x=[]) %}{% for i in range(5000) %}{% set ns.x = [ns.x] %}{% endfor %}";
    assertRefused(nest + "{{ ns.x }}", "500 levels");
    assertRefused(nest + "{{ ns.x | tojson }}", "500 levels");
    assertRefused(nest + "{{ ns.x == [ns.x] }}", "500 levels");
  }

  @Test
  void chainOfLazyFilters() {
    assertRefused(
        "{% set ns = namespace(x=[1]) %}{% for i in range(5000) %}{% set ns.x = ns.x | map('abs') %}"
            + "{% endfor %}{{ ns.x | list }}",
        "100 levels");
    assertRefused(
        "{% set ns = namespace(x=[1]) %}{% for i in range(5000) %}{% set ns.x = ns.x | select %}"
            + "{% endfor %}{{ ns.x | first }}",
        "100 levels");
  }

  @Test
  void longNumbers() {
    assertRefused("{{ " + "1_".repeat(50_000) + "1 }}", "64 bits");
    assertRefused("{{ ('1_' * 50000 ~ '1') | int }}", "1000 characters");
    assertRefused("{{ ('1_' * 50000 ~ '.5') | float }}", "1000 characters");
  }

  @Test
  void smallStack() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Runnable recursion =
        () ->
            ChatTemplate.parse(
                    "deep",
                    "{% macro m(x) %}{{ [x] | map('upper') | join ~ m(x) }}{% endmacro %}{{ m(1) }}")
                .render(Map.of());
    Thread thread = new Thread(null, recursion, "small stack", 64 << 10);
    thread.setUncaughtExceptionHandler((t, e) -> thrown.set(e));
    thread.start();
    thread.join();
    assertInstanceOf(TemplateException.class, thrown.get());
  }

  @Test
  void manyWordsAreSplitInLinearTime() {
    String words = "ab ".repeat(500_000);
    assertEquals(
        "500000 ab 2",
        assertTimeoutPreemptively(
            SOON,
            () ->
                ChatTemplate.parse(
                        "words",
                        "{% set w = s.split() %}{{ w | length }} {{ w[-1] }} {{ s.rsplit(none, 1) | length }}")
                    .render(Map.of("s", words))));
  }

  @Test
  void sourceLength() {
    String source = "x".repeat(ChatTemplate.MAX_SOURCE + 1);
    assertThrows(TemplateException.class, () -> ChatTemplate.parse("long", source));
    assertEquals(
        ChatTemplate.MAX_SOURCE,
        ChatTemplate.parse("fits", source.substring(1)).render(Map.of()).length());
  }

  @Test
  void whatRealConversationsNeedFits() {
    String source =
        "{% for m in messages %}{{ '<' + m.role + '>' + (m.content | trim) + '\\n' }}{% endfor %}";
    var message = Map.of("role", "user", "content", "word ".repeat(2000));
    String rendered =
        ChatTemplate.parse("long talk", source)
            .render(Map.of("messages", Collections.nCopies(200, message)));
    assertEquals(200 * ("<user>\n".length() + 9999), rendered.length());
  }
}
