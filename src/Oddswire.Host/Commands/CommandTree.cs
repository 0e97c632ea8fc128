using System.CommandLine;
using System.CommandLine.Parsing;

namespace Oddswire.Host.Commands;

/// <summary>All commands of <c>oddswire</c>.</summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
        var root = new RootCommand(Cli.WithExamples(
            "Oddswire: live odds from play-by-play feeds, every price exactly once.",
            "oddswire up                         a simulated slate, all roles, the board on http://127.0.0.1:8080",
            "oddswire replay games/ --speed max  recorded games through the same pipeline",
            "oddswire query \"select count() from odds_updates\"",
            "oddswire verify --json              prove that nothing is lost, doubled or out of order"))
        {
            Cli.Data,
            Cli.Json,
            DoctorCommand.Create(),
        };
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
}
