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

/** Makes buckets in an emulator of Backblaze B2, as any client does. */
final class B2Buckets {
    private B2Buckets() {}

    static void create(String endpoint, String keyId, String applicationKey, String bucket)
            throws IOException, InterruptedException {
        String login = Base64.getEncoder().encodeToString((keyId + ":" + applicationKey).getBytes(UTF_8));
        Map<String, Object> session =
                send(HttpRequest.newBuilder(URI.create(endpoint + "/b2api/v2/b2_authorize_account"))
                        .header("Authorization", "Basic " + login));
        String body = "{\"accountId\":\"" + session.get("accountId") + "\",\"bucketName\":\"" + bucket
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
