package io.gpusnapshot.benchmarks.models;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The data to try, by name: whole ONNX files, their tensors in half the precision, source code, noise. */
final class Samples {
    private static final int TEXT_BYTES = 32 << 20;
    private static final int NOISE_BYTES = 64 << 20;

    private Samples() {}

    /**
     * @param jars a folder of jars, each with one ONNX file
     * @param text a folder with source code
     */
    static Map<String, byte[]> load(Path jars, Path text) throws IOException {
        Map<String, byte[]> samples = models(jars);
        samples.put("source code", sourceCode(text));
        byte[] noise = new byte[NOISE_BYTES];
        new SplittableRandom(42).nextBytes(noise);
        samples.put("noise", noise);
        return samples;
    }

    static Map<String, byte[]> models(Path jars) throws IOException {
        Map<String, byte[]> samples = new LinkedHashMap<>();
        for (Path jar : sorted(jars, ".jar")) {
            addModel(jar, samples);
        }
        return samples;
    }

    private static void addModel(Path jar, Map<String, byte[]> samples) throws IOException {
        for (Map.Entry<String, byte[]> model : files(jar).entrySet()) {
            byte[] singles = OnnxTensors.floats(model.getValue());
            samples.put(model.getKey() + " fp32", model.getValue());
            samples.put(model.getKey() + " bf16", Rounding.toBfloat16(singles));
            samples.put(model.getKey() + " fp16", Rounding.toHalf(singles));
        }
    }

    /** The tensors of each model in single precision. */
    static Map<String, byte[]> tensors(Path jars) throws IOException {
        Map<String, byte[]> tensors = new LinkedHashMap<>();
        for (Path jar : sorted(jars, ".jar")) {
            files(jar).forEach((name, model) -> tensors.put(name, OnnxTensors.floats(model)));
        }
        return tensors;
    }

    private static Map<String, byte[]> files(Path jar) throws IOException {
        Map<String, byte[]> models = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().<ZipEntry>map(e -> e)::iterator) {
                if (entry.getName().endsWith(".onnx")) {
                    try (InputStream content = zip.getInputStream(entry)) {
                        models.put(entry.getName().replaceFirst("\\.onnx$", ""), content.readAllBytes());
                    }
                }
            }
        }
        return models;
    }

    private static byte[] sourceCode(Path folder) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (Path file : sorted(folder, ".java", ".py")) {
            if (text.size() < TEXT_BYTES) {
                text.write(Files.readAllBytes(file));
            }
        }
        return text.toByteArray();
    }

    private static List<Path> sorted(Path folder, String... endings) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList();
        }
    }
}
