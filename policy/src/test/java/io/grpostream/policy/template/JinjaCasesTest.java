package io.grpostream.policy.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What Jinja2 itself renders: hand-written templates and seeded random ones by area, and templates
 * with the constructs of each model family. jinja_cases.py beside the numbers made them.
 */
class JinjaCasesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> CONTEXT = new TypeReference<>() {};

  @TestFactory
  Stream<DynamicTest> rendersAsJinja2() throws IOException {
    JsonNode file = read();
    Map<String, Object> context = JSON.convertValue(file.get("context"), CONTEXT);
    Map<String, List<JsonNode>> areas = new LinkedHashMap<>();
    file.get("cases")
        .forEach(c -> areas.computeIfAbsent(c.get(0).asText(), a -> new ArrayList<>()).add(c));
    assertTrue(areas.size() > 15, "areas: " + areas.keySet());
    return areas.entrySet().stream()
        .map(
            area ->
                DynamicTest.dynamicTest(
                    area.getKey() + " (" + area.getValue().size() + ")",
                    () ->
                        area.getValue().forEach(c -> check(c.get(1).asText(), context, c.get(2)))));
  }

  @TestFactory
  Stream<DynamicTest> rendersEachFamilysConstructs() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode family : read().get("families")) {
      tests.add(
          DynamicTest.dynamicTest(
              family.get(0).asText(),
              () -> {
                for (JsonNode use : family.get(2)) {
                  Map<String, Object> context = JSON.convertValue(use.get(0), CONTEXT);
                  check(family.get(1).asText(), context, use.get(1));
                }
              }));
    }
    assertEquals(5, tests.size());
    return tests.stream();
  }

  private static void check(String template, Map<String, Object> context, JsonNode expected) {
    String rendered = null;
    String refused = "";
    try {
      rendered = ChatTemplate.parse("case", template).render(context);
    } catch (TemplateException e) {
      refused = ", refused: " + e.getMessage();
    }
    assertEquals(expected.isNull() ? null : expected.asText(), rendered, template + refused);
  }

  private static JsonNode read() throws IOException {
    try (InputStream in = JinjaCasesTest.class.getResourceAsStream("/template/jinja-cases.json")) {
      return JSON.readTree(Objects.requireNonNull(in, "jinja-cases.json"));
    }
  }
}
