using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Oddswire.Core.Domain;
using Oddswire.Host.Commands.Bench;
using Oddswire.Host.Commands.Explain;
using Oddswire.Host.Commands.Models;
using Oddswire.Host.Commands.Verify;

namespace Oddswire.Host.Commands;

/// <summary>All commands of <c>oddswire</c>.</summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Oddswire: live odds from play-by-play feeds, every price exactly once.")
        {
            Cli.Data,
            Cli.Json,
            UpCommand.Create(),
            RunCommand.Create(),
            ReplayCommand.Create(),
            SimulateCommand.Create(),
            OddsCommand.Create(),
            ExplainCommand.Create(),
            DevigCommand.Create(),
            BookCommand.Create(),
            VerifyCommand.Create(),
            DlqCommand.Create(),
            LagCommand.Create(),
            TopicsCommand.Create(),
            ConfigCommand.Create(),
            KafkaMockCommand.Create(),
            DoctorCommand.Create(),
            BenchCommand.Create(),
            ChdbServerCommand.Create(),
            QueryCommand.Create(),
            ExportCommand.Create(),
            SchemasCommand.Create(),
            ModelsCommand.Create(),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    /// <summary>The names of the commands down to the one that was meant, each with a blank behind it; empty for the root.</summary>
    public static string PathOf(CommandResult result)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = result; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
        {
            names.Push(command.Command.Name + " ");
        }

        return string.Concat(names);
    }

    /// <summary>The command or option that was probably meant by a word that is not known; null when none is near.</summary>
    public static string? Suggest(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var known = command.Subcommands.Select(sub => sub.Name)
            .Concat(command.Options.Select(option => option.Name))
            .Concat([Cli.Data.Name, Cli.Json.Name])
            .ToList();
        return parsed.UnmatchedTokens
            .Concat(parsed.Tokens.Select(token => token.Value).Where(word => word.StartsWith("--", StringComparison.Ordinal) && !known.Contains(word)))
            .Select(word => NearestName.Of(word, known))
            .FirstOrDefault(name => name is not null);
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        private static readonly string[] RootExamples =
        [
            "oddswire up                         a simulated slate, all roles, the board on http://127.0.0.1:8080",
            "oddswire replay games/ --speed max  recorded games through the same pipeline",
            "oddswire query \"select count() from odds_updates\"",
            "oddswire verify --json              prove that nothing is lost, duplicated or out of order",
        ];

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            // 'models train --data DIR' means recorded games: there the platform's folder would be a second option of the same name.
            Cli.Data.Hidden = parseResult.CommandResult.Command.Options.Any(option => option != Cli.Data && option.Name == Cli.Data.Name);
            var code = inner.Invoke(parseResult);
            var examples = parseResult.CommandResult.Command switch
            {
                ExampleCommand command => command.Examples,
                RootCommand => RootExamples,
                _ => [],
            };
            var output = parseResult.InvocationConfiguration.Output;
            if (examples.Count > 0)
            {
                output.WriteLine("Examples:");
            }

            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }

            return code;
        }
    }
}

/// <summary>A command whose help ends with examples.</summary>
internal sealed class ExampleCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}
