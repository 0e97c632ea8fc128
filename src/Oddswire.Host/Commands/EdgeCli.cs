using System.CommandLine;
using Oddswire.Host.Composition;
using Oddswire.Host.Composition.Configuration;
using Oddswire.Infrastructure.Schemas;

namespace Oddswire.Host.Commands;

/// <summary>The options of the role <c>replicate</c>: where partners read, and how it gets there.</summary>
internal sealed class EdgeCli
{
    public Option<bool> Off { get; } = new("--no-edge") { Description = "Run without the public copy of the odds that partners read." };

    public Option<bool> CloudEvents { get; } = new("--cloud-events") { Description = "Add CloudEvents headers to public records (Kafka binding, binary mode)." };

    public Option<bool> AcceptLoss { get; } = new("--edge-accept-loss")
    {
        Description = "If the core log no longer has the records to be replicated next, continue with the oldest it has; partners see the break.",
    };

    public Option<string?> Registry { get; } = new("--schema-registry")
    {
        Description = "Schema registry (registry.url): every role that writes checks its contract there at the start, and replicate registers the public one. Default: the schema files that come with the program.",
        HelpName = "URL",
    };

    public void AddTo(Command command)
    {
        command.Add(Off);
        command.Add(CloudEvents);
        command.Add(AcceptLoss);
        command.Add(Registry);
    }

    public bool IsOff(ParseResult parsed) => parsed.GetValue(Off);

    public EdgeSettings Read(ParseResult parsed, Config config) => new()
    {
        Kafka = LogCli.ReadEdge(config),
        CloudEvents = parsed.GetValue(CloudEvents),
        AcceptLoss = parsed.GetValue(AcceptLoss),
        IsOff = IsOff(parsed),
    };

    public SchemaRegistrySettings? ReadRegistry(ParseResult parsed, Config config) =>
        RegistryConnection.Read(config.With(ConfigSchema.Registry, "url", parsed.GetValue(Registry), "--schema-registry"));
}
