using System.Collections;
using Oddswire.Host.Commands;
using Oddswire.Host.Composition.Configuration;

namespace Oddswire.Tests.Configuration;

/// <summary>How the schema registry is named, and what is refused.</summary>
public sealed class RegistryConnectionTests
{
    [Fact]
    public void Nothing_said_means_the_files_of_the_program() => RegistryConnection.Read(Config.Empty).ShouldBeNull();

    [Fact]
    public void Address_user_and_the_secret_from_the_environment_are_taken()
    {
        var settings = Read(new Hashtable { ["ODDSWIRE_REGISTRY_PASSWORD"] = "s3cret" }, "registry.url=https://registry.example.com/base", "registry.user=key", "registry.register=false");
        settings.ShouldNotBeNull();
        (settings.Url.AbsoluteUri, settings.User, settings.Password, settings.MayRegister).ShouldBe(("https://registry.example.com/base", "key", "s3cret", false));
        $"{settings}".ShouldNotContain("s3cret");
    }

    [Theory]
    [InlineData("No address", "registry.user=key")]
    [InlineData("not an address", "registry.url=registry:8081x/")]
    [InlineData("user or a password", "registry.url=https://key:hunter2@registry.example.com")]
    [InlineData("only one is set", "registry.url=https://registry.example.com", "registry.user=key")]
    [InlineData("may not stand in --set", "registry.url=https://registry.example.com", "registry.password=hunter2")]
    public void What_makes_no_sense_is_refused_without_repeating_a_secret(string says, params string[] sets)
    {
        var error = Should.Throw<UserErrorException>(() => Read(new Hashtable(), sets));
        error.Message.ShouldContain(says.Replace("No address", "no address", StringComparison.Ordinal));
        $"{error.Message} {error.Remedy}".ShouldNotContain("hunter2");
    }

    private static Infrastructure.Schemas.SchemaRegistrySettings? Read(Hashtable environment, params string[] sets) =>
        RegistryConnection.Read(Config.Load(null, sets, environment));
}
