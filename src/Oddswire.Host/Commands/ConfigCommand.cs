using System.CommandLine;
using Oddswire.Host.Composition.Configuration;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire config</c>: every setting, its value now, and where that comes from.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand(
            "config",
            "List every setting with its environment variable, its value and where the value comes from. Secrets are never shown; an unknown name is an error.",
            "oddswire config",
            "oddswire config --config oddswire.conf --json",
            "ODDSWIRE_KAFKA_BOOTSTRAP=b-1:9092 oddswire config");
        LogCli.AddConnectionTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var config = LogCli.ReadConfig(parsed);
        foreach (var section in ConfigSchema.Keys.GroupBy(key => key.Section))
        {
            Console.Out.WriteLine($"[{section.Key}]");
            foreach (var key in section)
            {
                Console.Out.WriteLine($"  {key.Name,-26} {key.Variable,-40} {key.Help}");
                if (config.Find(key.Section, key.Name) is { } value)
                {
                    Console.Out.WriteLine($"  {"",-26} = {Shown(key, value)} (from {value.Where})");
                }
            }
        }

        if (parsed.GetValue(Cli.Json))
        {
            Cli.PrintJson(new
            {
                settings = ConfigSchema.Keys.Select(key => (key, value: config.Find(key.Section, key.Name))).Select(entry => new
                {
                    name = entry.key.Path,
                    variable = entry.key.Variable,
                    help = entry.key.Help,
                    secret = entry.key.IsSecret,
                    value = entry.value is { } value ? Shown(entry.key, value) : null,
                    from = entry.value?.Where,
                }),
            });
        }

        return ExitCodes.Ok;
    }

    private static string Shown(ConfigKey key, ConfigValue value) => key.IsSecret ? "***" : value.Text;
}
