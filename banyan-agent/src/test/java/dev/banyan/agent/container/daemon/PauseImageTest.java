package dev.banyan.agent.container.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PauseImageTest {
    private static final byte[] PROGRAM = "a program".getBytes(StandardCharsets.UTF_8);

    @Test
    void isTheSameForTheSameProgram() {
        var one = PauseImage.of(PROGRAM, "amd64");
        var two = PauseImage.of(PROGRAM, "amd64");

        assertThat(one.archive()).isEqualTo(two.archive());
        assertThat(one.name()).isEqualTo("registry.banyan/pause:85607ad4d31e");
    }

    @Test
    void hasAnotherNameForAnotherProgramOrArchitecture() {
        var one = PauseImage.of(PROGRAM, "amd64").name();

        assertThat(PauseImage.of("another".getBytes(StandardCharsets.UTF_8), "amd64")
                        .name())
                .isNotEqualTo(one);
        assertThat(PauseImage.of(PROGRAM, "arm64").name()).isNotEqualTo(one);
    }

    @Test
    void isALayoutWhoseBlobsHaveTheNamesOfTheirDigests(@TempDir Path directory) throws Exception {
        var archive = Files.write(
                directory.resolve("pause.tar"), PauseImage.of(PROGRAM, "amd64").archive());
        var tar = new ProcessBuilder("tar", "-xf", archive.toString(), "-C", directory.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(tar.waitFor()).isZero();

        try (var blobs = Files.list(directory.resolve("blobs/sha256"))) {
            assertThat(blobs).hasSize(3).allSatisfy(blob -> assertThat(blob).hasFileName(digest(blob)));
        }
        assertThat(directory.resolve("oci-layout")).content().contains("1.0.0");
    }

    @Test
    void callsArchitecturesByTheirNamesInImages() {
        assertThat(PauseImage.architecture("aarch64")).isEqualTo("arm64");
        assertThat(PauseImage.architecture("x86_64")).isEqualTo("amd64");
        assertThat(PauseImage.architecture("amd64")).isEqualTo("amd64");
    }

    @Test
    void refusesANameThatATarHeaderCannotHold() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TarWriter().file("n".repeat(101), 0644, PROGRAM));
    }

    private static String digest(Path blob) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(blob)));
    }
}
