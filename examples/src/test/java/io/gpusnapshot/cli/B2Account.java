package io.gpusnapshot.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Map;

/** The account of an emulator, and a bucket in it. */
record B2Account(String endpoint, String keyId, String applicationKey) {
    private static final String BUCKET = "snapshots";

    /** What a command has to be told to keep snapshots there. */
    String store() {
        return "b2://" + BUCKET + "/team?endpoint=" + endpoint;
    }

    Map<String, String> environment() {
        return Map.of("B2_KEY_ID", keyId, "B2_APPLICATION_KEY", applicationKey);
    }

    void makeBucket() throws IOException, InterruptedException {
        String login = Base64.getEncoder().encodeToString((keyId + ":" + applicationKey).getBytes(UTF_8));
        Map<String, Object> session =
                send(HttpRequest.newBuilder(URI.create(endpoint + "/b2api/v2/b2_authorize_account"))
                        .header("Authorization", "Basic " + login));
        String body = "{\"accountId\":\"" + session.get("accountId") + "\",\"bucketName\":\"" + BUCKET
                + "\",\"bucketType\":\"allPrivate\"}";
        send(HttpRequest.newBuilder(URI.create(session.get("apiUrl") + "/b2api/v2/b2_create_bucket"))
                .header("Authorization", String.valueOf(session.get("authorizationToken")))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static Map<String, Object> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonText.parse(answer.body());
    }
}
