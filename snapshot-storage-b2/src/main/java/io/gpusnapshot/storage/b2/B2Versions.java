package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.B2StorageClient;
import com.backblaze.b2.client.exceptions.B2BadRequestException;
import com.backblaze.b2.client.exceptions.B2Exception;
import com.backblaze.b2.client.structures.B2FileVersion;
import com.backblaze.b2.client.structures.B2ListFileVersionsRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The versions of one file: Backblaze keeps every upload until it is deleted by its id. */
final class B2Versions {
    private static final int PAGE_SIZE = 100;

    private final B2Calls calls;
    private final B2Bucket bucket;

    B2Versions(B2Calls calls, B2Bucket bucket) {
        this.calls = calls;
        this.bucket = bucket;
    }

    /** All versions of a file, newest first: uploads, hide markers, and large files that were started. */
    List<B2FileVersion> of(String key) throws IOException {
        B2ListFileVersionsRequest request = B2ListFileVersionsRequest.builder(bucket.id())
                .setPrefix(key)
                .setStartFileName(key)
                .setMaxFileCount(PAGE_SIZE)
                .build();
        return calls.run("list the versions of", key, client -> {
            List<B2FileVersion> versions = new ArrayList<>();
            for (B2FileVersion version : client.fileVersions(request)) {
                // The key itself comes first of all names that begin with it.
                if (!version.getFileName().equals(key)) {
                    break;
                }
                versions.add(version);
            }
            return versions;
        });
    }

    /** Deletes one version, whatever it is. One that is gone already is no error. */
    void delete(B2FileVersion version) throws IOException {
        String key = version.getFileName();
        calls.run("delete", key, client -> {
            try {
                if (!version.isStart() || !cancel(client, version.getFileId())) {
                    client.deleteFileVersion(key, version.getFileId());
                }
            } catch (B2Exception failure) {
                if (!B2Errors.meansNoFile(failure)) {
                    throw failure;
                }
            }
            return key;
        });
    }

    /**
     * Gives an unfinished large file up. Backblaze has one answer for files that are finished and for those that are gone,
     * perhaps by an earlier attempt whose answer was lost: false.
     */
    static boolean cancel(B2StorageClient client, String fileId) throws B2Exception {
        try {
            client.cancelLargeFile(fileId);
            return true;
        } catch (B2BadRequestException finishedOrGone) {
            return false;
        }
    }
}
