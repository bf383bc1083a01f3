package io.grpostream.records;

/** Which policy version sampled or trained something. */
public record PolicyRef(String lineage, long number, String sha256) {}
