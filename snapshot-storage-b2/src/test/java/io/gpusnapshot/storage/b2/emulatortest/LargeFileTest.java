package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LargeFileTest extends RunningEmulator {
    private static final byte[] FIRST = bytes("first part of the file, ");
    private static final byte[] SECOND = bytes("second part of the file, ");
    private static final byte[] LAST = bytes("end");

    private String bucket = "";
    private String fileId = "";

    @BeforeEach
    void startLargeFile() throws Exception {
        bucket = client.createBucket("some-bucket");
        fileId = start("large");
    }

    @Test
    void partsBecomeAFileInTheirOrder() throws Exception {
        upload(3, LAST);
        upload(1, FIRST);
        Answer part = upload(2, SECOND);
        assertThat(part.at("partNumber")).isEqualTo(2L);
        assertThat(part.text("contentSha1")).isEqualTo(RawClient.sha1(SECOND));
        Answer file = finish(FIRST, SECOND, LAST).ok();
        assertThat(file.text("action")).isEqualTo("upload");
        assertThat(file.text("fileId")).isEqualTo(fileId);
        assertThat(file.text("contentSha1")).isEqualTo("none");
        assertThat(file.at("fileInfo", "large_file_sha1")).isEqualTo("abc");
        Answer download = client.download("some-bucket", "large").ok();
        assertThat(download.bytes()).isEqualTo(bytes("first part of the file, second part of the file, end"));
        assertThat(download.header("X-Bz-Content-Sha1")).isEqualTo("none");
        Answer across = client.download("some-bucket", "large", "Range", "bytes=18-30");
        assertThat(across.bytes()).isEqualTo(bytes("file, second "));
    }

    @Test
    void nothingIsVisibleBeforeTheFinish() throws Exception {
        upload(1, FIRST);
        assertThat(list("b2_list_file_names").column("files", "fileName")).isEmpty();
        assertThat(list("b2_list_file_versions").column("files", "action")).containsExactly("start");
        client.download("some-bucket", "large").isError(404, "not_found");
        client.upload(bucket, "large", bytes("small")).ok();
        assertThat(client.download("some-bucket", "large").ok().bytes()).isEqualTo(bytes("small"));
    }

    @Test
    void aPartUploadedAgainTakesTheOldOnesPlace() throws Exception {
        upload(1, FIRST);
        upload(2, LAST);
        upload(1, SECOND);
        finish(FIRST, LAST).isError(400, "bad_request");
        finish(SECOND, LAST).ok();
        assertThat(client.download("some-bucket", "large").ok().bytes())
                .isEqualTo(bytes("second part of the file, end"));
    }

    @Test
    void aFinishNeedsAllPartsAndTheirDigests() throws Exception {
        upload(1, FIRST);
        finish(FIRST).isError(400, "bad_request");
        finish(FIRST, LAST).isError(400, "bad_request");
        upload(2, LAST);
        finish(FIRST).isError(400, "bad_request");
        finish(LAST, FIRST).isError(400, "bad_request");
        finish(FIRST, LAST).ok();
    }

    @Test
    void onlyTheLastPartMayBeSmall() throws Exception {
        upload(1, LAST);
        upload(2, FIRST);
        finish(LAST, FIRST).isError(400, "bad_request");
    }

    @Test
    void aFileIsFinishedOnce() throws Exception {
        upload(1, FIRST);
        Answer url = partUrl();
        upload(2, LAST);
        finish(FIRST, LAST).ok();
        finish(FIRST, LAST).isError(400, "bad_request");
        RawClient.uploadPart(url, 1, SECOND).isError(400, "bad_request");
        client.call("b2_get_upload_part_url", "fileId", fileId).isError(400, "bad_request");
        client.call("b2_cancel_large_file", "fileId", fileId).isError(400, "bad_request");
        assertThat(client.download("some-bucket", "large").ok().bytes())
                .isEqualTo(bytes("first part of the file, end"));
    }

    @Test
    void aCancelledFileIsGone() throws Exception {
        upload(1, FIRST);
        Answer answer = client.call("b2_cancel_large_file", "fileId", fileId).ok();
        assertThat(answer.text("fileName")).isEqualTo("large");
        assertThat(list("b2_list_file_versions").column("files", "action")).isEmpty();
        client.call("b2_cancel_large_file", "fileId", fileId).isError(400, "bad_request");
        assertThat(root.resolve("buckets/" + bucket + "/files")).isEmptyDirectory();
    }

    @Test
    void partsAreListedByPages() throws Exception {
        upload(1, FIRST);
        upload(2, SECOND);
        upload(4, LAST);
        Answer page = client.call("b2_list_parts", "fileId", fileId, "maxPartCount", 2)
                .ok();
        assertThat(page.column("parts", "partNumber")).isEqualTo(List.of(1L, 2L));
        assertThat(page.at("nextPartNumber")).isEqualTo(4L);
        Answer rest = client.call("b2_list_parts", "fileId", fileId, "startPartNumber", 4)
                .ok();
        assertThat(rest.column("parts", "contentSha1")).containsExactly(RawClient.sha1(LAST));
        assertThat(rest.at("nextPartNumber")).isNull();
    }

    @Test
    void unfinishedFilesAreListed() throws Exception {
        String second = start("other");
        Answer page = client.call("b2_list_unfinished_large_files", "bucketId", bucket, "maxFileCount", 1)
                .ok();
        assertThat(page.column("files", "fileId")).containsExactly(fileId);
        assertThat(page.text("nextFileId")).isEqualTo(second);
        Answer named = client.call("b2_list_unfinished_large_files", "bucketId", bucket, "namePrefix", "oth")
                .ok();
        assertThat(named.column("files", "fileName")).containsExactly("other");
        Answer rest = client.call("b2_list_unfinished_large_files", "bucketId", bucket, "startFileId", second)
                .ok();
        assertThat(rest.column("files", "fileName")).containsExactly("other");
    }

    @Test
    void partsAreCopiedFromFiles() throws Exception {
        String source =
                client.upload(bucket, "source", bytes("0123456789abcdef")).ok().text("fileId");
        copyPart(source, 1, "bytes=0-9");
        copyPart(source, 2, "bytes=10-");
        finish(bytes("0123456789"), bytes("abcdef")).ok();
        assertThat(client.download("some-bucket", "large").ok().bytes()).isEqualTo(bytes("0123456789abcdef"));
    }

    @Test
    void oddPartsAreRefused() throws Exception {
        RawClient.uploadPart(partUrl(), 0, FIRST).isError(400, "bad_request");
        RawClient.uploadPart(partUrl(), 10_001, FIRST).isError(400, "bad_request");
        client.call("b2_get_upload_part_url", "fileId", "rubbish").isError(400, "bad_request");
    }

    private void copyPart(String source, int number, String range) throws Exception {
        client.call("b2_copy_part", "sourceFileId", source, "largeFileId", fileId, "partNumber", number, "range", range)
                .ok();
    }

    private String start(String name) throws Exception {
        return client.call(
                        "b2_start_large_file",
                        "bucketId",
                        bucket,
                        "fileName",
                        name,
                        "contentType",
                        "b2/x-auto",
                        "fileInfo",
                        Map.of("large_file_sha1", "abc"))
                .ok()
                .text("fileId");
    }

    private Answer partUrl() throws Exception {
        return client.call("b2_get_upload_part_url", "fileId", fileId).ok();
    }

    private Answer upload(int number, byte[] content) throws Exception {
        return client.uploadPart(fileId, number, content).ok();
    }

    private Answer finish(byte[]... parts) throws Exception {
        List<String> digests = Arrays.stream(parts).map(RawClient::sha1).toList();
        return client.call("b2_finish_large_file", "fileId", fileId, "partSha1Array", digests);
    }

    private Answer list(String operation) throws Exception {
        return client.call(operation, "bucketId", bucket).ok();
    }
}
