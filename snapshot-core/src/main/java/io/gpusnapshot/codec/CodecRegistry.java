package io.gpusnapshot.codec;

import io.gpusnapshot.error.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The codecs at hand, by id. Immutable and thread-safe. {@code none} is always among them. */
public final class CodecRegistry {
    /** Id of the codec that stores bytes as they are. */
    public static final String NONE = "none";

    /** Room for any codec's frame of one byte. */
    private static final int SMALL_FRAME_BYTES = 1024;

    private final Map<String, Codec> codecs;
    /** Ids of codecs that have been seen to work. */
    private final Set<String> usable = ConcurrentHashMap.newKeySet();

    private CodecRegistry(Map<String, Codec> codecs) {
        this.codecs = Map.copyOf(codecs);
    }

    /**
     * A registry of {@code none} and the given codecs.
     *
     * @throws IllegalArgumentException if two codecs have one id
     */
    public static CodecRegistry of(List<Codec> codecs) {
        Map<String, Codec> byId = new TreeMap<>();
        byId.put(NONE, new NoneCodec());
        for (Codec codec : codecs) {
            if (byId.putIfAbsent(codec.id(), codec) != null) {
                throw new IllegalArgumentException("Two codecs have the id \"" + codec.id() + "\"");
            }
        }
        return new CodecRegistry(byId);
    }

    /** A registry of {@code none} and every codec that {@link ServiceLoader} finds on the class path. */
    public static CodecRegistry fromClassPath() {
        List<Codec> found = new ArrayList<>();
        ServiceLoader.load(Codec.class, CodecRegistry.class.getClassLoader()).forEach(found::add);
        return of(found);
    }

    /** All ids, in alphabetical order. */
    public List<String> ids() {
        return codecs.keySet().stream().sorted().toList();
    }

    public Optional<Codec> find(String id) {
        return Optional.ofNullable(codecs.get(id));
    }

    /** Whether the codec is at hand and can run here: one that needs native code may be unable to load it. */
    public boolean isUsable(String id) {
        return find(id).filter(codec -> whyUnusable(codec).isEmpty()).isPresent();
    }

    /**
     * Returns the codec of an id that was read from {@code subject}.
     *
     * @throws UnsupportedFormatException if it is not at hand, or cannot run here
     */
    public Codec require(String id, String subject) throws UnsupportedFormatException {
        Codec codec = codecs.get(id);
        if (codec == null) {
            throw new UnsupportedFormatException(
                    subject,
                    subject + " needs the codec \"" + id + "\", but only " + ids()
                            + " are on the class path; add io.gpusnapshot:snapshot-compression, or a newer version");
        }
        Optional<LinkageError> reason = whyUnusable(codec);
        if (reason.isPresent()) {
            throw new UnsupportedFormatException(
                    subject,
                    subject + " needs the codec \"" + id + "\", whose native code cannot be loaded (" + reason.get()
                            + "); is there one for this platform, and may java.io.tmpdir hold programs?");
        }
        return codec;
    }

    private Optional<LinkageError> whyUnusable(Codec codec) {
        if (usable.contains(codec.id())) {
            return Optional.empty();
        }
        try {
            codec.encode(ByteBuffer.allocate(1), ByteBuffer.allocate(SMALL_FRAME_BYTES));
        } catch (LinkageError failure) {
            return Optional.of(failure);
        }
        usable.add(codec.id());
        return Optional.empty();
    }
}
