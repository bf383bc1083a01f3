package io.grpostream.policy.template;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Python's strftime in the C locale, for the function {@code strftime_now}. */
final class Strftime {
  private Strftime() {}

  static String format(String format, ZonedDateTime time) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      boolean unpadded = i + 1 < format.length() && format.charAt(i + 1) == '-';
      i += unpadded ? 2 : 1;
      if (i >= format.length()) {
        throw new Fault("the format '" + format + "' ends within a directive");
      }
      String field = field(format.charAt(i), time);
      out.append(unpadded ? field.replaceFirst("^[0 ]+(?=.)", "") : field);
    }
    return out.toString();
  }

  private static String field(char directive, ZonedDateTime time) {
    String pattern =
        switch (directive) {
          case 'a' -> "EEE";
          case 'A' -> "EEEE";
          case 'b', 'h' -> "MMM";
          case 'B' -> "MMMM";
          case 'd' -> "dd";
          case 'e' -> "ppd";
          case 'm' -> "MM";
          case 'y' -> "yy";
          case 'Y' -> "yyyy";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'M' -> "mm";
          case 'S' -> "ss";
          case 'p' -> "a";
          case 'j' -> "DDD";
          case 'F' -> "yyyy-MM-dd";
          case 'T' -> "HH:mm:ss";
          case 'D' -> "MM/dd/yy";
          case 'R' -> "HH:mm";
          case 'f' -> "SSSSSS";
          case '%' -> "'%'";
          default -> throw Fault.unsupported("the directive '%" + directive + "'");
        };
    return DateTimeFormatter.ofPattern(pattern, Locale.US).format(time);
  }
}
