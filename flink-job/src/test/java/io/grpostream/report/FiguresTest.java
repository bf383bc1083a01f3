package io.grpostream.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers as the report prints them. */
class FiguresTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "0.12345 | 0.123",
        "-0.5 | \u22120.5",
        "12.345 | 12.3",
        "999.9 | 1,000",
        "1234 | 1,230",
        "12345 | 12.3k",
        "999999 | 1M",
        "4512345 | 4.51M",
        "2.5e9 | 2.5B",
        "0.00012 | 0.00012",
        "0.0000123 | 1.23e\u22125",
        "1e20 | 1e20",
        "NaN | \u2013",
        "Infinity | \u2013",
      })
  void brief(double value, String text) {
    assertEquals(text, Figures.brief(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.6 | 1 | 0.6",
        "10020 | 10040 | 10,020",
        "10000 | 10000 | 10,000",
        "50000 | 150000 | 50k",
        "250000 | 1000000 | 0.25M",
        "0.0005 | 0.001 | 0.0005",
        "-0.00005 | -0.00015 | \u22125e\u22125",
        "0.00001 | 0.00005 | 1e\u22125",
        "1.0002 | 1.0005 | 1.0002",
        "0 | 1e6 | 0",
      })
  void tick(double value, double largest, String text) {
    assertEquals(text, Figures.tick(value, largest));
  }

  @ParameterizedTest
  @CsvSource({
    "0.04, 0.0 s",
    "9.94, 9.9 s",
    "59.4, 59 s",
    "59.6, 1 min 0 s",
    "154, 2 min 34 s",
    "12000, 3 h 20 min",
    "NaN, \u2013"
  })
  void duration(double seconds, String text) {
    assertEquals(text, Figures.duration(seconds));
  }

  @ParameterizedTest
  @CsvSource({"0.932, 93.2\u00a0%", "0.1, 10\u00a0%", "1, 100\u00a0%", "NaN, \u2013"})
  void percent(double share, String text) {
    assertEquals(text, Figures.percent(share));
  }
}
