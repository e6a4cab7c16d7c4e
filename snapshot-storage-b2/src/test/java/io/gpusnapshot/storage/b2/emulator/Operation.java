package io.gpusnapshot.storage.b2.emulator;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a client can ask for. */
public enum Operation {
    AUTHORIZE_ACCOUNT("b2_authorize_account"),
    CREATE_KEY("b2_create_key"),
    LIST_KEYS("b2_list_keys"),
    DELETE_KEY("b2_delete_key"),
    CREATE_BUCKET("b2_create_bucket"),
    LIST_BUCKETS("b2_list_buckets"),
    UPDATE_BUCKET("b2_update_bucket"),
    DELETE_BUCKET("b2_delete_bucket"),
    GET_UPLOAD_URL("b2_get_upload_url"),
    UPLOAD_FILE("b2_upload_file"),
    HIDE_FILE("b2_hide_file"),
    LIST_FILE_NAMES("b2_list_file_names"),
    LIST_FILE_VERSIONS("b2_list_file_versions"),
    GET_FILE_INFO("b2_get_file_info"),
    DELETE_FILE_VERSION("b2_delete_file_version"),
    COPY_FILE("b2_copy_file"),
    START_LARGE_FILE("b2_start_large_file"),
    GET_UPLOAD_PART_URL("b2_get_upload_part_url"),
    UPLOAD_PART("b2_upload_part"),
    COPY_PART("b2_copy_part"),
    LIST_PARTS("b2_list_parts"),
    LIST_UNFINISHED_LARGE_FILES("b2_list_unfinished_large_files"),
    FINISH_LARGE_FILE("b2_finish_large_file"),
    CANCEL_LARGE_FILE("b2_cancel_large_file"),
    GET_DOWNLOAD_AUTHORIZATION("b2_get_download_authorization"),
    DOWNLOAD_BY_ID("b2_download_file_by_id"),
    DOWNLOAD_BY_NAME("b2_download_file_by_name"),

    /** A request for anything else, answered with 404. */
    UNKNOWN("");

    private static final Map<String, Operation> BY_CALL =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Operation::call, Function.identity()));

    private final String call;

    Operation(String call) {
        this.call = call;
    }

    /** The name that Backblaze gives it, such as {@code b2_upload_file}. */
    public String call() {
        return call;
    }

    static Optional<Operation> ofCall(String call) {
        return Optional.ofNullable(BY_CALL.get(call));
    }

    /** Whether the request's body is a file's bytes. */
    boolean isUpload() {
        return this == UPLOAD_FILE || this == UPLOAD_PART;
    }

    boolean isDownload() {
        return this == DOWNLOAD_BY_ID || this == DOWNLOAD_BY_NAME;
    }
}
