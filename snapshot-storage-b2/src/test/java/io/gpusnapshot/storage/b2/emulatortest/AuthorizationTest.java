package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AuthorizationTest extends RunningEmulator {
    @Test
    void versions1And2AnswerFlat() throws Exception {
        for (String version : List.of("v1", "v2")) {
            Answer answer = authorize(version, emulator.keyId(), emulator.applicationKey());
            assertThat(answer.text("apiUrl")).isEqualTo(emulator.endpoint().toString());
            assertThat(answer.text("downloadUrl")).isEqualTo(emulator.endpoint().toString());
            assertThat(answer.text("accountId")).isEqualTo(emulator.keyId());
            assertThat(answer.at("absoluteMinimumPartSize")).isEqualTo((long) MINIMUM_PART_BYTES);
            assertThat((List<?>) answer.at("allowed", "capabilities")).hasSizeGreaterThan(15);
            assertThat(answer.at("allowed", "bucketId")).isNull();
        }
    }

    @Test
    void version3Nests() throws Exception {
        Answer answer = authorize("v3", emulator.keyId(), emulator.applicationKey());
        assertThat(answer.at("apiInfo", "storageApi", "apiUrl"))
                .isEqualTo(emulator.endpoint().toString());
        assertThat((List<?>) answer.at("apiInfo", "storageApi", "capabilities")).hasSizeGreaterThan(15);
        assertThat(answer.at("apiUrl")).isNull();
    }

    @Test
    void version4NamesSeveralBuckets() throws Exception {
        String first = client.createBucket("first-bucket");
        String second = client.createBucket("second-bucket");
        Answer key = client.inVersion("v4")
                .call(
                        "b2_create_key",
                        "keyName",
                        "two",
                        "capabilities",
                        List.of("listFiles", "listBuckets"),
                        "bucketIds",
                        List.of(first, second))
                .ok();
        Answer answer = authorize("v4", key.text("applicationKeyId"), key.text("applicationKey"));
        assertThat(answer.at("apiInfo", "storageApi", "allowed", "buckets"))
                .isEqualTo(List.of(
                        Map.of("id", first, "name", "first-bucket"), Map.of("id", second, "name", "second-bucket")));
        authorize("v3", key.text("applicationKeyId"), key.text("applicationKey"), 401, "unauthorized");
    }

    @Test
    void aWrongSecretOrKeyIsABadToken() throws Exception {
        authorize("v2", emulator.keyId(), "wrong", 401, "bad_auth_token");
        authorize("v2", "wrong", emulator.applicationKey(), 401, "bad_auth_token");
    }

    @Test
    void callsWithoutAGoodTokenAreRefused() throws Exception {
        client.post("b2_list_buckets", "rubbish", "{}").isError(401, "bad_auth_token");
        client.get("/b2api/v2/b2_list_file_names?bucketId=x").isError(401, "bad_auth_token");
    }

    @Test
    void tokensExpireAfterADay() throws Exception {
        clock.advance(Duration.ofHours(24).minusSeconds(1));
        listBuckets().ok();
        clock.advance(Duration.ofSeconds(1));
        listBuckets().isError(401, "expired_auth_token");
        client = RawClient.master(emulator);
        listBuckets().ok();
    }

    @Test
    void keysExpireAndTakeTheirTokensAlong() throws Exception {
        Answer key = client.call(
                        "b2_create_key",
                        "keyName",
                        "short",
                        "capabilities",
                        List.of("listBuckets"),
                        "validDurationInSeconds",
                        60)
                .ok();
        RawClient limited = limited(key);
        clock.advance(Duration.ofSeconds(60));
        limited.call("b2_list_buckets", "accountId", client.accountId()).isError(401, "expired_auth_token");
        authorize("v2", key.text("applicationKeyId"), key.text("applicationKey"), 401, "unauthorized");
    }

    @Test
    void aDeletedKeyWorksNoMore() throws Exception {
        Answer key = client.call("b2_create_key", "keyName", "gone", "capabilities", List.of("listBuckets"))
                .ok();
        RawClient limited = limited(key);
        client.call("b2_delete_key", "applicationKeyId", key.text("applicationKeyId"))
                .ok();
        limited.call("b2_list_buckets", "accountId", client.accountId()).isError(401, "bad_auth_token");
        client.call("b2_delete_key", "applicationKeyId", key.text("applicationKeyId"))
                .isError(400, "bad_request");
    }

    @Test
    void keysAreListedByPagesWithoutTheirSecrets() throws Exception {
        for (String name : List.of("one", "two", "three")) {
            client.call("b2_create_key", "keyName", name, "capabilities", List.of("listFiles"))
                    .ok();
        }
        Answer page = client.call("b2_list_keys", "accountId", client.accountId(), "maxKeyCount", 2)
                .ok();
        Answer rest = client.call("b2_list_keys", "startApplicationKeyId", page.text("nextApplicationKeyId"))
                .ok();
        assertThat(page.column("keys", "keyName")).hasSize(2);
        assertThat(rest.column("keys", "keyName")).hasSize(1);
        assertThat(page.column("keys", "applicationKey")).containsOnlyNulls();
    }

    @Test
    void keysAreCheckedWhenTheyAreMade() throws Exception {
        String bucket = client.createBucket("some-bucket");
        createKey("capabilities", List.of("flyToTheMoon")).isError(400, "bad_request");
        createKey("capabilities", List.of()).isError(400, "bad_request");
        createKey("capabilities", List.of("writeKeys"), "bucketId", bucket).isError(400, "bad_request");
        createKey("capabilities", List.of("listFiles"), "bucketId", "abc").isError(400, "bad_bucket_id");
        createKey("capabilities", List.of("listFiles"), "namePrefix", "a/").isError(400, "bad_request");
        createKey("capabilities", List.of("listFiles"), "validDurationInSeconds", 0)
                .isError(400, "bad_request");
    }

    @Test
    void aKeyDoesOnlyWhatItIsCapableOf() throws Exception {
        String bucket = client.createBucket("some-bucket");
        RawClient reader = limited(createKey("capabilities", List.of("readFiles"), "bucketId", bucket)
                .ok());
        reader.call("b2_list_file_names", "bucketId", bucket).isError(401, "unauthorized");
        reader.call("b2_get_upload_url", "bucketId", bucket).isError(401, "unauthorized");
        reader.call("b2_create_key", "keyName", "x", "capabilities", List.of("readFiles"))
                .isError(401, "unauthorized");
    }

    @Test
    void aKeyKeepsToItsBucketAndPrefix() throws Exception {
        String mine = client.createBucket("my-bucket");
        String other = client.createBucket("other-bucket");
        client.upload(mine, "b/file", bytes("x")).ok();
        RawClient limited = limited(createKey(
                        "capabilities",
                        List.of("listBuckets", "listFiles", "readFiles", "writeFiles", "deleteFiles", "shareFiles"),
                        "bucketId",
                        mine,
                        "namePrefix",
                        "a/")
                .ok());
        limited.upload(mine, "a/file", bytes("x")).ok();
        limited.upload(mine, "b/file", bytes("x")).isError(401, "unauthorized");
        limited.call("b2_get_upload_url", "bucketId", other).isError(401, "unauthorized");
        limited.call("b2_list_file_names", "bucketId", mine).isError(401, "unauthorized");
        limited.call("b2_list_file_names", "bucketId", mine, "prefix", "a/").ok();
        limited.call("b2_list_buckets", "accountId", client.accountId()).isError(401, "unauthorized");
        limited.call("b2_list_buckets", "accountId", client.accountId(), "bucketName", "my-bucket")
                .ok();
        limited.download("my-bucket", "a/file").ok();
        limited.download("my-bucket", "b/file").isError(401, "unauthorized");
        limited.call(
                        "b2_get_download_authorization",
                        "bucketId",
                        mine,
                        "fileNamePrefix",
                        "",
                        "validDurationInSeconds",
                        9)
                .isError(401, "unauthorized");
    }

    private Answer createKey(Object... limits) throws Exception {
        Object[] params = new Object[limits.length + 2];
        params[0] = "keyName";
        params[1] = "limited";
        System.arraycopy(limits, 0, params, 2, limits.length);
        return client.call("b2_create_key", params);
    }

    private RawClient limited(Answer key) throws Exception {
        return RawClient.of(emulator, key.text("applicationKeyId"), key.text("applicationKey"));
    }

    private Answer listBuckets() throws Exception {
        return client.call("b2_list_buckets", "accountId", client.accountId());
    }

    private Answer authorize(String version, String keyId, String key) throws Exception {
        return RawClient.authorize(emulator, version, keyId, key).ok();
    }

    private void authorize(String version, String keyId, String key, int status, String code) throws Exception {
        RawClient.authorize(emulator, version, keyId, key).isError(status, code);
    }
}
