package dev.banyan.api.compose.project;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IncludingTest {
    @Test
    void takesInAllResourcesWithTheirOwnDirectory() {
        var loaded = Projects.of("include: [db/compose.yaml]\nservices: {web: {image: x, depends_on: [db]}}\n")
                .file(
                        "db/compose.yaml",
                        """
                        name: other
                        services: {db: {image: y, build: ./src, volumes: ["data:/d", "./init:/i"], secrets: [key]}}
                        volumes: {data: {}}
                        secrets: {key: {file: key.txt}}
                        """)
                .load();

        assertThat(loaded.right().name()).isEqualTo("app");
        assertThat(loaded.service("db").mapping("build").text("context")).contains("db/src");
        assertThat(loaded.printed()).contains("source: db/init").contains("file: db/key.txt");
        assertThat(loaded.right().tree().mapping("volumes").member("data")).isPresent();
        assertThat(loaded.right().tree().member("include")).isEmpty();
    }

    @Test
    void joinsTheFilesOfOneEntry() {
        var loaded = Projects.of("include: [{path: [a.yaml, b.yaml]}]\nservices: {web: {image: x}}\n")
                .file("a.yaml", "services: {a: {image: x, tty: true}}")
                .file("b.yaml", "services: {a: {image: y}}")
                .load();

        assertThat(loaded.service("a").text("image")).contains("y");
        assertThat(loaded.service("a").flag("tty", false)).isTrue();
    }

    @Test
    void letsAnEntryNameItsDirectory() {
        var loaded = Projects.of("include: [{path: sub/a.yaml, project_directory: elsewhere}]\n")
                .file("sub/a.yaml", "services: {a: {image: '${V}', build: ctx}}")
                .file("elsewhere/.env", "V=elsewhere\n")
                .file("sub/.env", "V=sub\n")
                .load();

        assertThat(loaded.service("a").mapping("build").text("context")).contains("elsewhere/ctx");
        assertThat(loaded.service("a").text("image")).contains("elsewhere");
    }

    @Test
    void fillsInVariablesOfTheIncludedProjectBelowThoseOfTheIncluding() {
        var included = "services: {a: {image: x, labels: {one: '${ONE}', two: '${TWO}', three: '${THREE}'}}}";
        var loaded = Projects.of("include: [{path: sub/a.yaml, env_file: [e1.env, e2.env]}]\n")
                .file(".env", "ONE=parent\n")
                .file("e1.env", "ONE=e1\nTWO=e1\nTHREE=e1\n")
                .file("e2.env", "THREE=e2\n")
                .file("sub/.env", "TWO=never\n")
                .file("sub/a.yaml", included)
                .load();

        assertThat(loaded.service("a").mapping("labels").text("one")).contains("parent");
        assertThat(loaded.service("a").mapping("labels").text("two")).contains("e1");
        assertThat(loaded.service("a").mapping("labels").text("three")).contains("e2");
    }

    @Test
    void includesWhatIsIncludedThere() {
        var loaded = Projects.of("include: [a/a.yaml]\n")
                .file("a/a.yaml", "include: [b/b.yaml]\nservices: {a: {image: x}}\n")
                .file("a/b/b.yaml", "services: {b: {image: x, build: c}}\n")
                .load();

        assertThat(loaded.service("b").mapping("build").text("context")).contains("a/b/c");
    }

    @Test
    void refusesAnotherResourceOfTheSameName() {
        assertThat(Projects.of("include: [a.yaml]\nservices:\n  web: {image: x}\nvolumes: {v: {name: n}}\n")
                        .file("a.yaml", "services:\n  web: {image: y}\nvolumes: {v: {name: n}}\n")
                        .load()
                        .reasons())
                .containsExactly(
                        "compose.yaml:3:3 services.web: stands in an included file too, in another way: a.yaml:2"
                                + " (change it in a file that is listed under the same include)");
    }

    @Test
    void takesTheSameTwice() {
        var loaded = Projects.of("include: [a.yaml, b.yaml]\n")
                .file("a.yaml", "include: [c.yaml]\nservices: {a: {image: x}}\n")
                .file("b.yaml", "include: [c.yaml]\nservices: {b: {image: x}}\n")
                .file("c.yaml", "services: {c: {image: x}}\n")
                .load();

        assertThat(loaded.right().services().members()).hasSize(3);
    }

    @Test
    void namesTheFilesOfACircle() {
        assertThat(Projects.of("include: [a.yaml]\nservices: {web: {image: x}}\n")
                        .file("a.yaml", "include: [b.yaml]\nservices: {a: {image: x}}\n")
                        .file("b.yaml", "include: [compose.yaml]\nservices: {b: {image: x}}\n")
                        .load()
                        .reasons())
                .containsExactly("b.yaml:1:11 include[0]: files include each other: compose.yaml -> a.yaml -> b.yaml"
                        + " -> compose.yaml");
    }

    @Test
    void saysWhichFilesCannotBeRead() {
        assertThat(Projects.of(
                                "include: [none.yaml, {path: a.yaml, env_file: none.env}]\nservices: {web: {image: x}}\n")
                        .file("a.yaml", "services: {a: {image: x}}\n")
                        .load()
                        .reasons())
                .containsExactly(
                        "compose.yaml:1:11 include[0]: the file \"none.yaml\" cannot be read",
                        "compose.yaml:1:22 include[1]: the file of variables \"none.env\" cannot be read");
    }

    @Test
    void findsMistakesInIncludedFilesThere() {
        assertThat(Projects.of("include: [a.yaml]\nservices: {web: {image: x, tty: perhaps}}\n")
                        .file("a.yaml", "services: {a: {image: x, tty: 2}}\n")
                        .load()
                        .reasons())
                .containsExactly(
                        "compose.yaml:2:33 services.web.tty: must be true or false, not \"perhaps\"",
                        "a.yaml:1:31 services.a.tty: must be true or false, not \"2\"");
    }

    @Test
    void endsWhenFilesIncludeEachOtherManyTimesOver() {
        var projects = Projects.of("include: [f0.yaml, f0.yaml]\nservices: {web: {image: x}}\n");
        for (int i = 0; i < 14; i++) {
            projects.file(
                    "f" + i + ".yaml",
                    "include: [f%d.yaml, f%d.yaml]\nservices: {s%d: {image: x}}\n".formatted(i + 1, i + 1, i));
        }
        projects.file("f14.yaml", "services: {s14: {image: x}}\n");

        assertThat(projects.load().reasons()).isNotEmpty().allSatisfy(reason -> assertThat(reason)
                .endsWith("there are more than 16 includes in each other, or 200 in all"));
    }
}
