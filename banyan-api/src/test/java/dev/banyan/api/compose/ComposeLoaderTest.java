package dev.banyan.api.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import dev.banyan.api.compose.project.Request;
import dev.banyan.api.source.Position;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.RestartPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComposeLoaderTest {
    @Test
    void normalisesAFileThatUsesEveryKey() throws Exception {
        var expected = Manifest.newBuilder();
        TextFormat.merge(ComposeFiles.resource("full.txt"), expected);

        assertThat(ComposeFiles.loaded(ComposeFiles.resource("full.yaml"))).isEqualTo(expected.build());
    }

    @Test
    void givesEqualManifestsForFilesThatMeanTheSame() {
        var one = ComposeFiles.loaded("services:\n  b: {image: x, ports: [\"2:2\", \"1:1\"]}\n  a: {image: y}\n");
        var other = ComposeFiles.loaded(
                "services:\n  a:\n    image: 'y'\n    restart: always\n  b:\n    ports: [{target: 1, published: 1}, \"2:2/tcp\"]\n"
                        + "    image: x\n    deploy: {replicas: 1}\n");

        assertThat(one.toByteString()).isEqualTo(other.toByteString());
    }

    @Test
    void namesTheProjectAfterTheCallerThenTheFileThenTheDirectory() {
        var unnamed = "services: {a: {image: x}}\n";

        assertThat(named(Optional.empty(), "My App_2", unnamed)).isEqualTo("my-app-2");
        assertThat(named(Optional.empty(), "dir", "name: shop\n" + unnamed)).isEqualTo("shop");
        assertThat(named(Optional.of("mine"), "dir", "name: shop\n" + unnamed)).isEqualTo("mine");
    }

    @Test
    void restartsByDefaultUnlessAwaited() {
        var manifest = ComposeFiles.loaded(
                "services:\n  a: {image: x, depends_on: {b: {condition: service_completed_successfully}}}\n"
                        + "  b: {image: x}\n  c: {image: x, restart: \"no\"}\n");

        assertThat(manifest.getServicesList())
                .extracting(service -> service.getRestart().getMode())
                .containsExactly(RestartPolicy.Mode.ALWAYS, RestartPolicy.Mode.ON_FAILURE, RestartPolicy.Mode.NEVER);
    }

    @Test
    void tellsAnEmptyCommandFromNone() {
        assertThat(ComposeFiles.web().hasCommand()).isFalse();
        assertThat(ComposeFiles.web("command:").hasCommand()).isFalse();
        assertThat(ComposeFiles.web("command: []").hasCommand()).isTrue();
        assertThat(ComposeFiles.web("entrypoint: \"\"").getEntrypoint().getWordsCount())
                .isZero();
        assertThat(ComposeFiles.web("entrypoint: \"\"").hasEntrypoint()).isTrue();
    }

    @Test
    void letsEnvironmentWinOverFilesAndTheCallerOverDotEnv() {
        var beside = Map.of(".env", "A=dot\nB=dot\n", "one.env", "X=1\nY=1\nZ=$B\n", "two.env", "Y=2\n");
        var text = ComposeFiles.webText(
                "command: [$A, $B]",
                "env_file: [one.env, {path: two.env}, {path: none.env, required: false}]",
                "environment: {X: 0}");
        var outcome = (ComposeOutcome.Loaded) ComposeFiles.load(Map.of("A", "caller"), beside, text);
        var web = outcome.manifest().getServices(0);

        assertThat(web.getCommand().getWordsList()).containsExactly("caller", "dot");
        assertThat(web.getEnvironmentMap()).isEqualTo(Map.of("X", "0", "Y", "2", "Z", "dot"));
    }

    @Test
    void warnsOnceOfAVariableThatIsNotSet() {
        var outcome =
                ComposeFiles.load(ComposeFiles.webText("command: [\"a$NONE\", $NONE]", "environment: {A: $NONE}"));

        var loaded = (ComposeOutcome.Loaded) outcome;
        assertThat(loaded.warnings()).hasSize(1);
        assertThat(loaded.warnings().getFirst().message()).isEqualTo("the variable NONE is not set; it becomes empty");
        assertThat(loaded.manifest().getServices(0).getEnvironmentMap()).isEqualTo(Map.of("A", ""));
    }

    @Test
    void findsTheFieldsOfTheManifestInTheFile() {
        var text =
                ComposeFiles.webText("ports:", "  - \"9000-9001:90-91\"", "  - \"8080:80\"", "deploy: {replicas: 2}");
        var locations = ((ComposeOutcome.Loaded) ComposeFiles.load(text)).locations();

        assertThat(locations.diagnose("services.web.ports[0]", "taken").position())
                .isEqualTo(new Position(6, 9));
        assertThat(locations.diagnose("services.web.ports[2]", "taken").position())
                .isEqualTo(new Position(5, 9));
        assertThat(locations.diagnose("services.web.deploy.replicas", "many").position())
                .isEqualTo(new Position(7, 14));
        assertThat(locations.diagnose("services.web.restart", "no").position()).isEqualTo(new Position(2, 3));
        assertThat(locations.diagnose("name", "taken").position()).isEqualTo(new Position(1, 1));
        assertThat(locations.diagnose("services.web.ports[2]", "taken").render())
                .startsWith("compose.yaml:5:9: services.web.ports[2]: taken\n  5 |       - \"9000-9001:90-91\"\n");
    }

    @Test
    void takesNotesOfTheAuthor() {
        assertThat(ComposeFiles.reasons("x-a: {b: $}\n" + ComposeFiles.webText("x-c: 1")))
                .isEmpty();
    }

    @Test
    void takesAServiceThatLooksLikeANote() {
        assertThat(ComposeFiles.loaded("services: {x-api: {image: x}}").getServicesList())
                .extracting(service -> service.getName())
                .isEqualTo(List.of("x-api"));
    }

    private static String named(Optional<String> asked, String directory, String text) {
        var request = Request.in(Path.of("/srv").resolve(directory), Map.of());
        var outcome = ComposeLoader.load(asked.map(request::named).orElse(request), path -> Optional.of(text)
                .filter(found -> path.endsWith("compose.yaml")));
        return ((ComposeOutcome.Loaded) outcome).manifest().getName();
    }
}
