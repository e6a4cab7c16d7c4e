package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Why stores that were asked for the same thing, one after the other, have not delivered it. */
public record ReplicaFailures(List<Failure> failures) {
    public static final ReplicaFailures NONE = new ReplicaFailures(List.of());

    private static final String PROVIDER = "replicas";

    /** Why one store has not. */
    public record Failure(String store, IOException cause) {
        @Override
        public String toString() {
            return store + ": " + cause.getMessage();
        }
    }

    public ReplicaFailures {
        failures = List.copyOf(failures);
    }

    public ReplicaFailures with(String store, IOException cause) {
        List<Failure> more = new ArrayList<>(failures);
        more.add(new Failure(store, cause));
        return new ReplicaFailures(more);
    }

    /** Whether all of them have said that there is no such thing, or that it is damaged. */
    boolean areLosses() {
        return failures.stream().map(Failure::cause).allMatch(ReplicaFailures::isLoss);
    }

    private static boolean isLoss(IOException cause) {
        return cause instanceof ObjectNotFoundException
                || cause instanceof SnapshotNotFoundException
                || cause instanceof DataIntegrityException;
    }

    /**
     * One error for all: that of the store, if there is one only, else one that names all.
     *
     * @param what what was asked for, for the message
     */
    public IOException combined(String subject, String what) {
        IOException first = failures.get(0).cause();
        if (failures.size() == 1) {
            return first;
        }
        String message = "No replica delivers " + what + ": "
                + failures.stream().map(Failure::toString).collect(Collectors.joining("; "));
        SnapshotException combined = combined(subject, message, first);
        failures.stream().skip(1).forEach(failure -> combined.addSuppressed(failure.cause()));
        return combined;
    }

    private SnapshotException combined(String subject, String message, IOException first) {
        if (failures.stream().allMatch(failure -> failure.cause() instanceof SnapshotNotFoundException)) {
            return new SnapshotNotFoundException(subject, message);
        }
        if (areLosses()) {
            return new DataIntegrityException(subject, 0, message, first);
        }
        boolean mayRecover = failures.stream()
                .anyMatch(failure -> failure.cause() instanceof SnapshotException known && known.isTransient());
        return mayRecover
                ? new StorageUnavailableException(PROVIDER, subject, message, null, first)
                : new StorageRequestException(PROVIDER, subject, message, first);
    }
}
