using System.Collections;
using Oddswire.Host.Commands;
using Oddswire.Host.Composition.Configuration;

namespace Oddswire.Tests.Configuration;

public sealed class ConfigTests : IDisposable
{
    private const string Marker = "s3cr3t-marker";
    private static readonly Hashtable NoVariables = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("oddswire-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        var file = Write("[kafka]", "bootstrap = file:1", "client-id = file", "sasl-username = file");
        var variables = new Hashtable { ["ODDSWIRE_KAFKA_CLIENT_ID"] = "environment", ["ODDSWIRE_KAFKA_SASL_USERNAME"] = "environment" };
        var config = Config.Load(file, ["kafka.sasl-username=set"], variables);
        config.Text("kafka", "bootstrap").ShouldBe("file:1");
        config.Text("kafka", "client-id").ShouldBe("environment");
        config.Text("kafka", "sasl-username").ShouldBe("set");
        config.With("kafka", "bootstrap", "option:2", "--bootstrap").Text("kafka", "bootstrap").ShouldBe("option:2");
        config.Find("kafka", "bootstrap")!.Value.Where.ShouldBe($"{file} line 2");
    }

    [Fact]
    public void Every_setting_is_read_from_the_environment_under_its_own_name()
    {
        foreach (var key in ConfigSchema.Keys)
        {
            Config.Load(null, [], new Hashtable { [key.Variable] = "7" }).Text(key.Section, key.Name).ShouldBe("7", key.Path);
        }

        ConfigSchema.Keys.Select(key => key.Variable).Distinct().Count().ShouldBe(ConfigSchema.Keys.Count);
    }

    [Theory]
    [InlineData("[kafka]\nbootstarp = a:1", "kafka.bootstrap")]
    [InlineData("[kafak]\nbootstrap = a:1", "kafka")]
    [InlineData("[topics]\nreplicaton = 1", "topics.replication")]
    public void An_unknown_name_in_the_file_is_refused_and_the_nearest_is_named(string content, string meant)
    {
        var error = Should.Throw<UserErrorException>(() => Config.Load(Write(content), [], NoVariables));
        error.Message.ShouldContain($"Did you mean '{meant}'?");
        error.Message.ShouldContain(" line ");
        error.ExitCode.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public void An_unknown_name_in_the_environment_or_in_set_is_refused_too()
    {
        Should.Throw<UserErrorException>(() => Config.Load(null, [], new Hashtable { ["ODDSWIRE_KAFKA_BOOTSRAP"] = "a:1" }))
            .Message.ShouldContain("Did you mean 'ODDSWIRE_KAFKA_BOOTSTRAP'?");
        Should.Throw<UserErrorException>(() => Config.Load(null, ["kafka.securty=tls"], NoVariables)).Message.ShouldContain("Did you mean 'kafka.security'?");
        Config.Load(null, [], new Hashtable { ["ODDSWIRE_DATA"] = "x", ["KAFKA_OPTS"] = "y" }).HasSection("kafka").ShouldBeFalse();
    }

    [Fact]
    public void A_secret_stands_in_a_file_of_its_own_or_in_the_environment_and_nowhere_else()
    {
        var secret = Write(Marker);
        Config.Load(null, [$"kafka.sasl-password-file={secret}"], NoVariables).Secret("kafka", "sasl-password").ShouldBe(Marker);
        Config.Load(null, [], new Hashtable { ["ODDSWIRE_KAFKA_SASL_PASSWORD"] = Marker }).Secret("kafka", "sasl-password").ShouldBe(Marker);
        foreach (var load in new Func<Config>[]
        {
            () => Config.Load(null, [$"kafka.sasl-password={Marker}"], NoVariables),
            () => Config.Load(Write("[kafka]", $"sasl-password = {Marker}"), [], NoVariables),
            () => Config.Load(Write("[kafka]", Marker), [], NoVariables),
            () => Config.Load(null, [Marker], NoVariables),
        })
        {
            var error = Should.Throw<UserErrorException>(() => load());
            $"{error.Message} {error.Remedy}".ShouldNotContain(Marker);
        }
    }

    [Fact]
    public void A_secret_that_is_set_twice_or_whose_file_is_missing_or_empty_is_refused_without_being_shown()
    {
        var both = Config.Load(null, [$"kafka.sasl-password-file={Write("x")}"], new Hashtable { ["ODDSWIRE_KAFKA_SASL_PASSWORD"] = Marker });
        Should.Throw<UserErrorException>(() => both.Secret("kafka", "sasl-password")).Message.ShouldNotContain(Marker);
        var missing = Config.Load(null, ["kafka.sasl-password-file=/no/such/file"], NoVariables);
        Should.Throw<UserErrorException>(() => missing.Secret("kafka", "sasl-password")).Message.ShouldContain("/no/such/file");
        var empty = Config.Load(null, [$"kafka.sasl-password-file={Write("")}"], NoVariables);
        Should.Throw<UserErrorException>(() => empty.Secret("kafka", "sasl-password")).Message.ShouldContain("is empty");
    }

    [Fact]
    public void Numbers_and_words_say_where_they_are_wrong()
    {
        var config = Config.Load(null, ["topics.replication=zero", "kafka.security=ssl"], NoVariables);
        Should.Throw<UserErrorException>(() => config.Number("topics", "replication", 3, 1, 9)).Message.ShouldContain("topics.replication 'zero' (--set)");
        Should.Throw<UserErrorException>(() => config.Word("kafka", "security", "plaintext", "tls")).Message.ShouldContain("Did you mean 'tls'?");
        config.Number("topics", "min-insync-replicas", 2, 1, 3).ShouldBe(2);
    }

    private string Write(params string[] lines)
    {
        var file = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllText(file, string.Join('\n', lines));
        return file;
    }
}
