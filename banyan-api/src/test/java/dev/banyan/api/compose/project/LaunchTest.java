package dev.banyan.api.compose.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaunchTest {
    private static final String ONE = "services: {web: {image: one, labels: {v: '${V:-none}'}}}\n";
    private static final String TWO = "services: {web: {image: two, user: u}}\n";

    @ParameterizedTest
    @CsvSource({
        "compose.yaml,compose.yml",
        "compose.yml,docker-compose.yaml",
        "docker-compose.yaml,docker-compose.yml",
        "docker-compose.yml,../compose.yaml",
        "../compose.yaml,../../compose.yaml"
    })
    void takesTheFirstUsualFileHereOrAbove(String first, String other) {
        assertThat(new Projects()
                        .file(other, TWO)
                        .file(first, ONE)
                        .load()
                        .service("web")
                        .text("image"))
                .contains("one");
    }

    @Test
    void takesTheOverrideBesideIt() {
        var loaded = new Projects()
                .file("docker-compose.yml", ONE)
                .file("docker-compose.override.yml", TWO)
                .load();

        assertThat(loaded.service("web").text("image")).contains("two");
    }

    @Test
    void leavesTheOverrideWhenFilesAreNamed() {
        var loaded = Projects.of(ONE)
                .file("compose.override.yaml", TWO)
                .asking(request -> request.files("compose.yaml"))
                .load();

        assertThat(loaded.service("web").text("image")).contains("one");
    }

    @Test
    void joinsNamedFilesInTheirOrder() {
        var loaded = new Projects()
                .file("a.yaml", ONE)
                .file("sub/b.yaml", TWO)
                .asking(request -> request.files("a.yaml", "sub/b.yaml"))
                .load();

        assertThat(loaded.service("web").text("image")).contains("two");
        assertThat(loaded.service("web").mapping("labels").text("v")).contains("none");
    }

    @Test
    void seesPathsOfAllFilesFromTheFirstOnesDirectory() {
        var loaded = new Projects()
                .file("sub/a.yaml", "services: {web: {image: x, build: one}}")
                .file("b.yaml", "services: {web: {volumes: ['./two:/t']}}")
                .asking(request -> request.files("sub/a.yaml", "b.yaml"))
                .load();

        assertThat(loaded.right().directory()).isEqualTo(Projects.DIRECTORY.resolve("sub"));
        assertThat(loaded.service("web").mapping("build").text("context")).contains("one");
        assertThat(loaded.printed()).contains("source: two");
        assertThat(loaded.right().name()).isEqualTo("sub");
    }

    @Test
    void takesAProjectDirectory() {
        var loaded = new Projects()
                .file("sub/a.yaml", "services: {web: {image: '${V}', build: one, env_file: e.env}}")
                .file("other/.env", "V=other\n")
                .file("other/e.env", "E=1\n")
                .asking(request -> request.files("sub/a.yaml").projectDirectory("other"))
                .load();

        assertThat(loaded.service("web").text("image")).contains("other");
        assertThat(loaded.service("web").mapping("environment").text("E")).contains("1");
        assertThat(loaded.right().directory()).isEqualTo(Projects.DIRECTORY.resolve("other"));
    }

    @Test
    void letsTheCallersVariablesWinOverThoseOfFiles() {
        assertThat(version(Projects.of(ONE).file(".env", "V=dot\n"))).isEqualTo("dot");
        assertThat(version(Projects.of(ONE).file(".env", "V=dot\n").variable("V", "caller")))
                .isEqualTo("caller");
        assertThat(version(Projects.of(ONE)
                        .file(".env", "V=dot\n")
                        .file("a.env", "V=a\n")
                        .file("b.env", "V=b$V\n")
                        .asking(request -> request.envFiles("a.env", "b.env"))))
                .isEqualTo("ba");
        assertThat(version(Projects.of(ONE).file(".env", "V=dot\n").variable("COMPOSE_DISABLE_ENV_FILE", "1")))
                .isEqualTo("none");
        assertThat(version(Projects.of(ONE).file("c.env", "V=c\n").variable("COMPOSE_ENV_FILES", "c.env")))
                .isEqualTo("c");
    }

    private static String version(Projects projects) {
        return projects.load().service("web").mapping("labels").text("v").orElseThrow();
    }

    @Test
    void takesItsFilesFromTheEnvironment() {
        var files = new Projects().file("a.yaml", ONE).file("b.yaml", TWO);

        assertThat(files.variable("COMPOSE_FILE", "a.yaml:b.yaml")
                        .load()
                        .service("web")
                        .text("image"))
                .contains("two");
        assertThat(files.variable("COMPOSE_FILE", "b.yaml;a.yaml")
                        .variable("COMPOSE_PATH_SEPARATOR", ";")
                        .load()
                        .service("web")
                        .text("image"))
                .contains("one");
        assertThat(new Projects()
                        .file("a.yaml", ONE)
                        .file(".env", "COMPOSE_FILE=a.yaml\nCOMPOSE_PROJECT_NAME=dot\n")
                        .load()
                        .right()
                        .name())
                .isEqualTo("dot");
    }

    @ParameterizedTest
    @CsvSource({
        "asked,env,name: file,asked",
        ",env,name: file,env",
        ",,name: file,file",
        ",,'name: ${N:-default}',default",
        ",,,app"
    })
    void choosesTheName(String asked, String variable, String line, String expected) {
        var projects = Projects.of((line == null ? "" : line + "\n") + ONE);
        if (variable != null) {
            projects.variable("COMPOSE_PROJECT_NAME", variable);
        }
        var loaded = projects.asking(request -> asked == null ? request : request.named(asked))
                .load();

        assertThat(loaded.right().name()).isEqualTo(expected);
        assertThat(loaded.right().tree().text("name")).contains(expected);
    }

    @Test
    void letsTheLastFileNameTheProject() {
        var loaded = Projects.of("name: one\n" + ONE)
                .file("compose.override.yaml", "name: two\n")
                .load();

        assertThat(loaded.right().name()).isEqualTo("two");
    }

    @Test
    void saysWhatIsNotThere() {
        assertThat(new Projects().load().reasons())
                .containsExactly("/srv/app:1:1 : there is no compose.yaml, compose.yml, docker-compose.yaml,"
                        + " docker-compose.yml (name the file with -f FILE)");
        assertThat(Projects.of(ONE)
                        .asking(request -> request.files("compose.yaml", "none.yaml", "a\0b")
                                .envFiles("none.env"))
                        .load()
                        .reasons())
                .containsExactly(
                        "/srv/app:1:1 : the file of variables \"none.env\" cannot be read",
                        "/srv/app:1:1 : the file \"none.yaml\" cannot be read",
                        "/srv/app:1:1 : \"a\\u0000b\" is no path".replace("\\u0000", "\0"));
    }

    @Test
    void saysWhereAFileOfVariablesIsWrongWithoutShowingIt() {
        var loaded = Projects.of(ONE).file(".env", "A=1\nPASSWORD hunter2\n").load();

        assertThat(loaded.reasons()).singleElement().asString().startsWith(".env:2:1 : must be NAME=value");
        assertThat(loaded.complaints().refusals().getFirst().render()).doesNotContain("hunter2");
    }

    @Test
    void takesVersionWithAWarning() {
        var loaded = Projects.of("version: '3.8'\n" + ONE).load();

        assertThat(loaded.right().tree().member("version")).isEmpty();
        assertThat(loaded.warnings())
                .containsExactly("compose.yaml:1:1 version: \"version\" has no meaning any more (remove this line)");
    }

    @Test
    void readsJson() {
        var loaded = new Projects()
                .file(
                        "compose.json",
                        "{\n\t\"services\": {\"web\": {\"image\": \"x\", \"ports\": [\"80:80\", 81]}}\n}\n")
                .asking(request -> request.files("compose.json"))
                .load();

        assertThat(loaded.service("web").items("ports")).hasSize(2);
    }

    @Test
    void tellsMistakesOfAllFilesInTheirOrder() {
        var loaded = Projects.of("services:\n  web: {image: x, tty: 5}\n  db: {imag: y}\n")
                .file("compose.override.yaml", "services: {web: {init: 5}}\nvolume: {}\n")
                .load();

        assertThat(loaded.reasons())
                .extracting(reason -> List.of(reason.split(" ")).getFirst())
                .containsExactly(
                        "compose.yaml:2:24",
                        "compose.yaml:3:8",
                        "compose.override.yaml:1:24",
                        "compose.override.yaml:2:1");
    }
}
