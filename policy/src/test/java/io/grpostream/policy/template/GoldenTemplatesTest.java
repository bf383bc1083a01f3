package io.grpostream.policy.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.policy.Golden;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The renders and errors of golden/templates.json, which transformers made. */
class GoldenTemplatesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void rendersOrFailsAsTransformersDoes() throws IOException {
    JsonNode golden = Golden.json("templates.json");
    int index = 0;
    for (JsonNode testCase : golden.get("cases")) {
      String name = testCase.get("template").asText();
      ChatTemplate template = ChatTemplate.parse(name, golden.get("templates").get(name).asText());
      Map<String, Object> context = context(golden, testCase);
      String place = "case " + index++ + " of " + name;
      if (testCase.has("error")) {
        TemplateException thrown =
            assertThrows(TemplateException.class, () -> template.render(context), place);
        assertEquals(testCase.get("error").asText(), thrown.reason(), place);
      } else {
        assertEquals(testCase.get("rendered").asText(), template.render(context), place);
      }
    }
    assertTrue(index > 0, "no cases");
  }

  private static Map<String, Object> context(JsonNode golden, JsonNode testCase) {
    Map<String, Object> context = new HashMap<>();
    context.put("tools", null);
    context.put("documents", null);
    context.put("bos_token", golden.get("bos_token").asText());
    context.put("eos_token", golden.get("eos_token").asText());
    context.put("messages", JSON.convertValue(testCase.get("messages"), Object.class));
    for (Map.Entry<String, JsonNode> option : testCase.get("options").properties()) {
      context.put(option.getKey(), JSON.convertValue(option.getValue(), Object.class));
    }
    return context;
  }
}
