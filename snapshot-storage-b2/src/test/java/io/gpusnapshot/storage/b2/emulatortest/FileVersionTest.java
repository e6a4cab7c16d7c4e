package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FileVersionTest extends RunningEmulator {
    private String bucket = "";

    @BeforeEach
    void createBucket() throws Exception {
        bucket = client.createBucket("some-bucket");
    }

    @Test
    void versionsAreListedByNameAndTheYoungestFirst() throws Exception {
        String older = upload("b", "1");
        String younger = upload("b", "22");
        upload("a", "333");
        Answer list = versions();
        assertThat(list.column("files", "fileName")).containsExactly("a", "b", "b");
        assertThat(list.column("files", "fileId").subList(1, 3)).isEqualTo(List.of(younger, older));
        assertThat(list.column("files", "size")).isEqualTo(List.of(3L, 2L, 1L));
        assertThat(list.column("files", "contentLength")).isEqualTo(List.of(3L, 2L, 1L));
        assertThat(names().column("files", "fileName")).containsExactly("a", "b");
    }

    @Test
    void namesAreOrderedByTheirUtf8() throws Exception {
        for (String name : List.of("\uffee", "a/b", "😀", "a", "a b", "B", "ü")) {
            upload(name, "x");
        }
        assertThat(names().column("files", "fileName")).containsExactly("B", "a", "a b", "a/b", "ü", "\uffee", "😀");
    }

    @Test
    void aHideMarkerHidesUntilItIsDeleted() throws Exception {
        String id = upload("file", "x");
        Answer marker = call("b2_hide_file", "fileName", "file").ok();
        assertThat(marker.text("action")).isEqualTo("hide");
        assertThat(names().column("files", "fileName")).isEmpty();
        assertThat(versions().column("files", "action")).containsExactly("hide", "upload");
        client.download("some-bucket", "file").isError(404, "not_found");
        call("b2_hide_file", "fileName", "file").isError(400, "already_hidden");
        assertThat(client.get("/b2api/v2/b2_download_file_by_id?fileId=" + id, "Authorization", client.token())
                        .ok()
                        .bytes())
                .isEqualTo(bytes("x"));
        delete("file", marker.text("fileId")).ok();
        client.download("some-bucket", "file").ok();
    }

    @Test
    void whatIsNotThereCannotBeHidden() throws Exception {
        call("b2_hide_file", "fileName", "file").isError(400, "no_such_file");
    }

    @Test
    void deletingTakesNameAndId() throws Exception {
        String id = upload("file", "x");
        delete("other", id).isError(400, "file_not_present");
        delete("file", id.replace("_f0", "_f1")).isError(400, "file_not_present");
        delete("file", "rubbish").isError(400, "file_not_present");
        assertThat(delete("file", id).ok().text("fileId")).isEqualTo(id);
        delete("file", id).isError(400, "file_not_present");
        client.call("b2_get_file_info", "fileId", id).isError(404, "not_found");
    }

    @Test
    void deletingTheYoungestBringsTheOlderBack() throws Exception {
        upload("file", "old");
        delete("file", upload("file", "new")).ok();
        assertThat(client.download("some-bucket", "file").ok().bytes()).isEqualTo(bytes("old"));
    }

    @Test
    void namesComeInPages() throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.add("file-" + i);
            upload("file-" + i, "x");
        }
        List<Object> listed = new ArrayList<>();
        String start = "";
        do {
            Answer page = call("b2_list_file_names", "startFileName", start, "maxFileCount", 3)
                    .ok();
            listed.addAll(page.column("files", "fileName"));
            start = page.text("nextFileName");
        } while (!start.equals("null"));
        assertThat(listed).isEqualTo(all);
    }

    @Test
    void versionsComeInPagesThatSurviveDeletion() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(0, upload("file", "x"));
        }
        Answer page = call("b2_list_file_versions", "maxFileCount", 2).ok();
        assertThat(page.column("files", "fileId")).isEqualTo(ids.subList(0, 2));
        String next = page.text("nextFileId");
        assertThat(next).isEqualTo(ids.get(2));
        delete("file", next).ok();
        Answer rest = call("b2_list_file_versions", "startFileName", "file", "startFileId", next)
                .ok();
        assertThat(rest.column("files", "fileId")).isEqualTo(ids.subList(3, 5));
        call("b2_list_file_versions", "startFileId", next).isError(400, "bad_request");
    }

    @Test
    void prefixAndDelimiterMakeFolders() throws Exception {
        for (String name : List.of("a/1", "a/2", "a/b/3", "c", "d/4")) {
            upload(name, "x");
        }
        Answer top = call("b2_list_file_names", "delimiter", "/").ok();
        assertThat(top.column("files", "fileName")).containsExactly("a/", "c", "d/");
        assertThat(top.column("files", "action")).containsExactly("folder", "upload", "folder");
        Answer inside =
                call("b2_list_file_versions", "delimiter", "/", "prefix", "a/").ok();
        assertThat(inside.column("files", "fileName")).containsExactly("a/1", "a/2", "a/b/");
        Answer all = call("b2_list_file_names", "prefix", "a/").ok();
        assertThat(all.column("files", "fileName")).containsExactly("a/1", "a/2", "a/b/3");
        Answer first =
                call("b2_list_file_names", "delimiter", "/", "maxFileCount", 1).ok();
        assertThat(first.text("nextFileName")).isEqualTo("c");
    }

    @Test
    void countsAreBounded() throws Exception {
        call("b2_list_file_names", "maxFileCount", 10_001).isError(400, "bad_request");
        call("b2_list_file_names", "maxFileCount", 0).isError(400, "bad_request");
        client.call("b2_list_file_names", "bucketId", "abc").isError(400, "bad_bucket_id");
    }

    @Test
    void listsAreReadByGetToo() throws Exception {
        upload("file", "x");
        Answer list = client.get(
                        "/b2api/v3/b2_list_file_names?maxFileCount=5&bucketId=" + bucket,
                        "Authorization",
                        client.token())
                .ok();
        assertThat(list.column("files", "fileName")).containsExactly("file");
    }

    @Test
    void aCopyKeepsOrReplacesWhatIsSaidOfTheFile() throws Exception {
        String id = client.upload(bucket, "file", bytes("0123456789"), "X-Bz-Info-colour", "blue")
                .ok()
                .text("fileId");
        Answer copy = client.call("b2_copy_file", "sourceFileId", id, "fileName", "copy")
                .ok();
        assertThat(copy.text("action")).isEqualTo("copy");
        assertThat(copy.at("fileInfo", "colour")).isEqualTo("blue");
        assertThat(copy.text("contentSha1")).isEqualTo(RawClient.sha1(bytes("0123456789")));
        Answer part = client.call(
                        "b2_copy_file",
                        "sourceFileId",
                        id,
                        "fileName",
                        "part",
                        "range",
                        "bytes=2-4",
                        "metadataDirective",
                        "REPLACE",
                        "contentType",
                        "text/plain",
                        "fileInfo",
                        Map.of("colour", "red"))
                .ok();
        assertThat(part.text("contentType")).isEqualTo("text/plain");
        assertThat(part.at("fileInfo", "colour")).isEqualTo("red");
        assertThat(client.download("some-bucket", "part").ok().bytes()).isEqualTo(bytes("234"));
    }

    @Test
    void aCopyMayGoToAnotherBucket() throws Exception {
        String other = client.createBucket("other-bucket");
        String id = upload("file", "x");
        client.call("b2_copy_file", "sourceFileId", id, "fileName", "copy", "destinationBucketId", other)
                .ok();
        assertThat(client.download("other-bucket", "copy").ok().bytes()).isEqualTo(bytes("x"));
    }

    @Test
    void oddCopiesAreRefused() throws Exception {
        String id = upload("file", "x");
        copy(id, "metadataDirective", "COPY", "contentType", "text/plain").isError(400, "bad_request");
        copy(id, "metadataDirective", "REPLACE").isError(400, "bad_request");
        copy(id, "range", "bytes=7-9").isError(416, "range_not_satisfiable");
        copy(id.replace("_f0", "_f1")).isError(404, "not_found");
    }

    private Answer copy(String id, Object... more) throws Exception {
        List<Object> params = new ArrayList<>(List.of("sourceFileId", id, "fileName", "copy"));
        params.addAll(List.of(more));
        return client.call("b2_copy_file", params.toArray());
    }

    private String upload(String name, String content) throws Exception {
        return client.upload(bucket, name, bytes(content)).ok().text("fileId");
    }

    private Answer delete(String name, String id) throws Exception {
        return client.call("b2_delete_file_version", "fileName", name, "fileId", id);
    }

    private Answer names() throws Exception {
        return call("b2_list_file_names").ok();
    }

    private Answer versions() throws Exception {
        return call("b2_list_file_versions").ok();
    }

    private Answer call(String operation, Object... more) throws Exception {
        List<Object> params = new ArrayList<>(List.of("bucketId", bucket));
        params.addAll(List.of(more));
        return client.call(operation, params.toArray());
    }
}
