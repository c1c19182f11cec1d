package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCommandTest {
    private static final String SHOP =
            """
            name: shop
            services:
              web:
                image: nginx:$TAG
                command: serve "a b"
                ports: ["8080:80"]
                env_file: web.env
                depends_on: [db]
              db: {image: redis, expose: [6379]}
              debug: {image: nginx:1, profiles: [debug, all]}
            """;

    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void write() {
        bench = new CommandBench(directory);
        bench.opening(() -> {
            throw new AssertionError("no cluster is asked");
        });
        bench.file("compose.yaml", SHOP);
        bench.file("web.env", "PASSWORD=pa$$ss\nLEVEL=info\n");
        bench.file(".env", "TAG=1\n");
    }

    @Test
    void printsTheProjectAsOneFile() {
        assertThat(bench.run("config"))
                .isEqualTo(new CommandBench.Run(
                        0,
                        """
                                name: shop
                                services:
                                  web:
                                    image: nginx:1
                                    command:
                                      - serve
                                      - "a b"
                                    ports:
                                      - target: 80
                                        published: "8080"
                                        protocol: tcp
                                    depends_on:
                                      db:
                                        condition: service_started
                                        required: true
                                    environment:
                                      PASSWORD: "pa$$ss"
                                      LEVEL: info
                                  db:
                                    image: redis
                                    expose:
                                      - "6379"
                                """,
                        ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "json"})
    void printsWhatReadsAsTheSame(String language) {
        var first = bench.run("config", "-o", language);
        bench.file("again/compose.yaml", first.out());

        var again = bench.run(
                "config", "-f", directory.resolve("again/compose.yaml").toString(), "-o", language);

        assertThat(first.exit()).isZero();
        assertThat(again).isEqualTo(first);
        assertThat(bench.run(
                        "config", "-f", directory.resolve("again/compose.yaml").toString(), "--hash"))
                .isEqualTo(bench.run("config", "--hash"));
    }

    @Test
    void printsJsonForOtherPrograms() {
        var web = JsonParser.parseString(bench.run("config", "-o", "json").out())
                .getAsJsonObject()
                .getAsJsonObject("services")
                .getAsJsonObject("web");

        assertThat(web.get("image").getAsString()).isEqualTo("nginx:1");
        assertThat(web.getAsJsonArray("ports")
                        .get(0)
                        .getAsJsonObject()
                        .get("target")
                        .getAsInt())
                .isEqualTo(80);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config --services                      | db web",
                "config --services --profile debug      | db debug web",
                "config --images                        | nginx:1 redis",
                "config --images --profile *            | nginx:1 redis",
                "config --profiles                      | all debug",
                "config --volumes                       | ",
            })
    void listsWhatIsInIt(String words, String lines) {
        var run = bench.run(words.strip().split(" "));

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo(lines == null ? "" : lines.strip().replace(' ', '\n') + "\n");
    }

    @Test
    void listsVolumesAndWarnsOfWhatIsIgnored() {
        bench.file(
                "compose.yaml",
                "services: {a: {image: x}}\nmodels: {m: {model: x}}\nvolumes: {data: , cache: }\nx-banyan-ignore: models\n");

        var run = bench.run("config", "--volumes");

        assertThat(run.out()).isEqualTo("cache\ndata\n");
        assertThat(run.err()).startsWith("compose.yaml:2:1: models: \"models\" is ignored: Banyan runs no models\n");
    }

    @Test
    void listsForProgramsToo() {
        assertThat(bench.run("config", "--services", "-o", "json").out())
                .isEqualTo(
                        """
                        {
                          "schema": "banyan.config/1",
                          "services": [
                            "db",
                            "web"
                          ]
                        }
                        """);
        var hashes = JsonParser.parseString(
                        bench.run("config", "--hash", "-o", "json").out())
                .getAsJsonObject()
                .getAsJsonObject("hashes");
        assertThat(hashes.keySet()).containsExactly("db", "web");
    }

    @Test
    void hashesWhatAServiceMeansAndNothingElse() {
        var before = bench.run("config", "--hash").out().lines().toList();
        bench.file("compose.yaml", SHOP.replace("db: {image: redis,", "db: {image: 'redis', x-note: new,"));
        var same = bench.run("config", "--hash").out().lines().toList();
        bench.file("web.env", "PASSWORD=other\nLEVEL=info\n");
        var changed = bench.run("config", "--hash").out().lines().toList();

        assertThat(before).hasSize(2).allMatch(line -> line.matches("(db|web) [0-9a-f]{64}"));
        assertThat(same).isEqualTo(before);
        assertThat(changed.getFirst()).isEqualTo(before.getFirst());
        assertThat(changed.getLast()).isNotEqualTo(before.getLast());
    }

    @Test
    void takesTheOptionsOfUp() {
        bench.file("other/more.yaml", "services: {db: {command: [more]}}\n");
        bench.file("my.env", "TAG=2\n");

        var run = bench.run(
                "config",
                "-f",
                directory.resolve("compose.yaml").toString(),
                "-f",
                directory.resolve("other/more.yaml").toString(),
                "-p",
                "mine",
                "--env-file",
                directory.resolve("my.env").toString(),
                "--project-directory",
                directory.toString());

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("name: mine\n").contains("nginx:2", "- more\n");
    }

    @Test
    void neverPrintsWhatASecretHolds() {
        bench.setting("KEY", "hunter2");
        bench.file("key.txt", "hunter2");
        bench.file(
                "compose.yaml",
                "services: {a: {image: x, secrets: [one, two]}}\n"
                        + "secrets: {one: {file: key.txt}, two: {environment: KEY}}\n");

        for (var words : List.of("config", "config -o json", "config --hash")) {
            var run = bench.run(words.split(" "));
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out() + run.err()).doesNotContain("hunter2");
        }
        assertThat(bench.run("config").out()).contains("file: key.txt", "environment: KEY");
    }

    @Test
    void endsAsUpDoesWhenAFileIsWrong() {
        bench.file("compose.yaml", "services:\n  web:\n    imag: x\n    mac_address: 02:42:ac:11:65:43\n");

        var config = bench.run("config");
        var up = bench.run("up");

        assertThat(config.exit()).isEqualTo(3);
        assertThat(config.out()).isEmpty();
        assertThat(config.err())
                .contains(
                        "compose.yaml:3:5: services.web.imag: unknown key \"imag\"",
                        "\"mac_address\" is not supported yet")
                .endsWith("\n2 problems\n");
        assertThat(up.err()).isEqualTo(config.err().replace("2 problems\n", "2 problems; nothing was changed\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config -f none.yaml            | The file \"none.yaml\" cannot be read",
                "config -o xml                  | expected one of",
                "config --services --images     | mutually exclusive",
                "config --env-file none.env     | The file of variables \"none.env\" cannot be read",
            })
    void refusesWordsThatMakeNoSense(String words, String message) {
        var run = bench.run(words.strip().split(" "));

        assertThat(run.exit()).as(run.err()).isIn(2, 3);
        assertThat(run.err().toLowerCase(java.util.Locale.ROOT))
                .contains(message.strip().toLowerCase(java.util.Locale.ROOT));
        assertThat(run.out()).isEmpty();
    }
}
