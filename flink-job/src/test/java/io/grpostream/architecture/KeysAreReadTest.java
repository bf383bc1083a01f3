package io.grpostream.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.grpostream.config.Key;
import io.grpostream.config.RunConfig;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A configuration key that nothing reads is a promise that nothing keeps. */
class KeysAreReadTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.grpostream");

  @Test
  void everyKeyIsRead() {
    List<String> unread = new ArrayList<>();
    collect(RunConfig.class, unread);

    assertEquals(List.of(), unread);
  }

  private static void collect(Class<?> section, List<String> unread) {
    for (RecordComponent component : section.getRecordComponents()) {
      if (component.getAnnotation(Key.class) == null) {
        continue;
      }
      JavaMethod accessor = CLASSES.get(section).getMethod(component.getName());
      // Within its record, fields are read, not accessors: constructors only check them.
      if (accessor.getCallsOfSelf().isEmpty() && !isReadInside(section, component)) {
        unread.add(section.getSimpleName() + "." + component.getName());
      }
      Class<?> held = held(component);
      if (held.isRecord()) {
        collect(held, unread);
      }
    }
  }

  /** What a list holds; the component's own type for others. */
  private static Class<?> held(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType generic
            && generic.getActualTypeArguments()[0] instanceof Class<?> element
        ? element
        : component.getType();
  }

  /** Whether a method of the record other than its generated ones reads the field. */
  private static boolean isReadInside(Class<?> section, RecordComponent component) {
    return CLASSES.get(section).getField(component.getName()).getAccessesToSelf().stream()
        .map(access -> access.getOrigin().getName())
        .anyMatch(
            origin ->
                !origin.equals(component.getName())
                    && !List.of("<init>", "toString", "hashCode", "equals").contains(origin));
  }
}
