package io.grpostream.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a JobManager's REST interface says. One that does not answer, because it is just starting or
 * dead, knows of nothing.
 *
 * @param address {@code http://host:port}
 */
record RestApi(String address) {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(PATIENCE).version(HttpClient.Version.HTTP_1_1).build();

  /** That of a JobManager that answers, leading or not; of the first if none does. */
  static RestApi of(ClusterSettings cluster) throws InterruptedException {
    for (ClusterSettings.JobManagerPorts each : cluster.jobManagers()) {
      RestApi rest = new RestApi(each.dashboard());
      if (!rest.get("/overview").isEmpty()) {
        return rest;
      }
    }
    return new RestApi(cluster.dashboard());
  }

  int port() {
    return URI.create(address).getPort();
  }

  /** Ids of the TaskManagers that are registered. */
  List<String> taskManagers() throws InterruptedException {
    return texts("/taskmanagers", "taskmanagers", "id");
  }

  /** The answer; an empty object if there is none. */
  JsonNode get(String path) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE).build();
    try {
      HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200
          ? JSON.readTree(response.body())
          : JSON.createObjectNode();
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }

  private List<String> texts(String path, String list, String name) throws InterruptedException {
    List<String> texts = new ArrayList<>();
    get(path).path(list).forEach(entry -> texts.add(entry.path(name).asText()));
    return texts;
  }
}
