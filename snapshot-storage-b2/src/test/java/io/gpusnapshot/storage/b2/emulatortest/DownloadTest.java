package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DownloadTest extends RunningEmulator {
    private static final byte[] CONTENT = bytes("0123456789");
    private static final String PATH = "/file/some-bucket/a/file";

    private String bucket = "";
    private String fileId = "";

    @BeforeEach
    void upload() throws Exception {
        bucket = client.createBucket("some-bucket");
        fileId = client.upload(
                        bucket,
                        "a/file",
                        CONTENT,
                        "Content-Type",
                        "text/plain",
                        "X-Bz-Info-colour",
                        "light%20blue",
                        "X-Bz-Info-b2-content-language",
                        "en")
                .ok()
                .text("fileId");
    }

    @Test
    void aDownloadTellsAllOfTheFile() throws Exception {
        for (Answer answer : List.of(client.download("some-bucket", "a/file"), byId("", client.token()))) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.bytes()).isEqualTo(CONTENT);
            checkHeaders(answer);
        }
    }

    @Test
    void aHeadTellsTheSameWithoutTheContent() throws Exception {
        Answer answer = client.head(PATH, "Authorization", client.token()).ok();
        assertThat(answer.bytes()).isEmpty();
        checkHeaders(answer);
    }

    private void checkHeaders(Answer answer) {
        assertThat(answer.header("X-Bz-File-Id")).isEqualTo(fileId);
        assertThat(answer.header("X-Bz-File-Name")).isEqualTo("a/file");
        assertThat(answer.header("X-Bz-Content-Sha1")).isEqualTo(RawClient.sha1(CONTENT));
        assertThat(answer.header("X-Bz-Info-colour")).isEqualTo("light%20blue");
        assertThat(answer.header("X-Bz-Upload-Timestamp"))
                .isEqualTo(Long.toString(clock.instant().toEpochMilli()));
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
        assertThat(answer.header("Content-Length")).isEqualTo("10");
        assertThat(answer.header("Content-Language")).isEqualTo("en");
        assertThat(answer.header("Accept-Ranges")).isEqualTo("bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=2-4, 234, bytes 2-4/10",
        "bytes=7-, 789, bytes 7-9/10",
        "bytes=7-99, 789, bytes 7-9/10",
        "bytes=-3, 789, bytes 7-9/10",
        "bytes=0-0, 0, bytes 0-0/10"
    })
    void aRangeIsPartOfTheFile(String range, String content, String contentRange) throws Exception {
        Answer answer = client.download("some-bucket", "a/file", "Range", range);
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.bytes()).isEqualTo(bytes(content));
        assertThat(answer.header("Content-Range")).isEqualTo(contentRange);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0"})
    void aRangeBehindTheEndIsRefused(String range) throws Exception {
        client.download("some-bucket", "a/file", "Range", range).isError(416, "range_not_satisfiable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "rubbish", "bytes=-"})
    void aRangeThatIsNoneIsIgnored(String range) throws Exception {
        Answer answer = client.download("some-bucket", "a/file", "Range", range);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.bytes()).isEqualTo(CONTENT);
    }

    @Test
    void aRangeOfTheWholeFileIsTheFileOrPartOfItByChoice() throws Exception {
        assertThat(client.download("some-bucket", "a/file", "Range", "bytes=0-9")
                        .status())
                .isEqualTo(200);
        emulator.close();
        try (B2Emulator other = start().answerWholeRangeWith206(true).start()) {
            Answer answer = RawClient.master(other).download("some-bucket", "a/file", "Range", "bytes=0-9");
            assertThat(answer.status()).isEqualTo(206);
            assertThat(answer.header("Content-Range")).isEqualTo("bytes 0-9/10");
        }
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        client.download("some-bucket", "a/nothing").isError(404, "not_found");
        client.download("no-bucket", "a/file").isError(404, "not_found");
        client.get("/b2api/v2/b2_download_file_by_id?fileId=rubbish", "Authorization", client.token())
                .isError(400, "bad_request");
        client.get(
                        "/b2api/v2/b2_download_file_by_id?fileId=" + fileId.replace("_f0", "_f1"),
                        "Authorization",
                        client.token())
                .isError(404, "not_found");
    }

    @Test
    void anErrorToHeadHasNoBody() throws Exception {
        Answer answer = client.head("/file/some-bucket/nothing", "Authorization", client.token());
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.bytes()).isEmpty();
    }

    @Test
    void aPrivateBucketWantsAToken() throws Exception {
        client.get(PATH).isError(401, "unauthorized");
        client.get(PATH, "Authorization", "rubbish").isError(401, "bad_auth_token");
        assertThat(client.get(PATH + "?Authorization=" + client.token()).ok().bytes())
                .isEqualTo(CONTENT);
    }

    @Test
    void aPublicBucketDoesNot() throws Exception {
        String id = client.createBucket("public-bucket", "allPublic");
        client.upload(id, "file", CONTENT).ok();
        assertThat(client.get("/file/public-bucket/file").ok().bytes()).isEqualTo(CONTENT);
        client.get("/file/public-bucket/file?b2ContentType=a/b").isError(401, "unauthorized");
    }

    @Test
    void aDownloadTokenCoversNamesForATime() throws Exception {
        client.upload(bucket, "b/file", CONTENT).ok();
        String token = downloadToken(60);
        client.get(PATH, "Authorization", token).ok();
        client.head(PATH, "Authorization", token).ok();
        client.get("/file/some-bucket/b/file", "Authorization", token).isError(401, "unauthorized");
        byId("", token).isError(401, "unauthorized");
        clock.advance(Duration.ofSeconds(60));
        client.get(PATH, "Authorization", token).isError(401, "expired_auth_token");
    }

    @Test
    void aDownloadTokenOpensNoOtherBucketAndNoCall() throws Exception {
        String other = client.createBucket("other-bucket");
        client.upload(other, "a/file", CONTENT).ok();
        String token = downloadToken(60);
        client.get("/file/other-bucket/a/file", "Authorization", token).isError(401, "unauthorized");
        client.post("b2_list_file_names", token, "{\"bucketId\":\"" + bucket + "\"}")
                .isError(401, "bad_auth_token");
    }

    @Test
    void aDownloadTokenMayInsistOnHeaders() throws Exception {
        String token = downloadToken(60, "b2ContentDisposition", "attachment");
        client.get(PATH, "Authorization", token).isError(401, "unauthorized");
        Answer answer = client.get(PATH + "?b2ContentDisposition=attachment", "Authorization", token)
                .ok();
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment");
    }

    @Test
    void aDownloadTokenLastsAWeekAtMost() throws Exception {
        authorize(604_800).ok();
        authorize(604_801).isError(400, "bad_request");
        authorize(0).isError(400, "bad_request");
    }

    private Answer byId(String more, String token) throws Exception {
        return client.get("/b2api/v2/b2_download_file_by_id?fileId=" + fileId + more, "Authorization", token);
    }

    private String downloadToken(int seconds, Object... more) throws Exception {
        return authorize(seconds, more).ok().text("authorizationToken");
    }

    private Answer authorize(int seconds, Object... more) throws Exception {
        List<Object> params =
                new ArrayList<>(List.of("bucketId", bucket, "fileNamePrefix", "a/", "validDurationInSeconds", seconds));
        params.addAll(List.of(more));
        return client.call("b2_get_download_authorization", params.toArray());
    }
}
