using System.CommandLine;
using Oddswire.Board.Contracts;
using Oddswire.Board.Views;
using Oddswire.Core.Pricing;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire devig</c>: the fair chances behind any market's prices.</summary>
internal static class DevigCommand
{
    public static Command Create()
    {
        var odds = new Argument<string[]>("ODDS")
        {
            Description = "The price of every outcome of one market: American (+130, -150), decimal (1.91) or fractional (10/11, evens), also mixed.",
            Arity = ArgumentArity.OneOrMore,
        };
        var method = new Option<string[]>("--method")
        {
            Description = $"One or more of {string.Join(", ", Devig.Methods.Select(Devig.NameOf))}; all of them by default.",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = false,
        };
        var command = new ExampleCommand(
            "devig",
            "Remove the margin from a market's prices: fair probabilities and prices by eight methods (docs/devig.md).",
            "oddswire devig -110 -110",
            "oddswire devig 2.40 3.40 3.10 --method shin --method power",
            "oddswire devig 4/6 6/5 --json",
            "oddswire devig +250 +400 +650 +900 11/1 --method worst_case")
        { odds, method };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(odds), parsed.GetValue(method) ?? [], parsed.GetValue(Cli.Json)));
        return command;
    }

    private static int Run(string[] odds, string[] names, bool json)
    {
        List<DevigMethod> methods = [];
        foreach (var name in names)
        {
            methods.Add(Devig.TryParse(name, out var method)
                ? method
                : throw new UserErrorException(
                    ExitCodes.Usage, $"'{name}' is not a method to take a margin out.", $"Write one of {string.Join(", ", Devig.Methods.Select(Devig.NameOf))}."));
        }

        DevigView view;
        try
        {
            view = DevigViews.Make(odds, methods.Count == 0 ? Devig.Methods : methods);
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(ExitCodes.Usage, e.Message, "'oddswire devig --help' shows examples.", e);
        }

        Print(view);
        if (json)
        {
            Cli.PrintJson(view);
        }

        return methods.Count > 0 && view.Methods.All(result => result.Outcomes is null) ? ExitCodes.CheckFailed : ExitCodes.Ok;
    }

    private static void Print(DevigView view)
    {
        Console.Out.WriteLine($"{"",-16}{string.Concat(view.Prices.Select(price => $"{price,24}"))}");
        Console.Out.WriteLine($"{"implied",-16}{string.Concat(view.Implied.Select(chance => $"{Percent(chance),24}"))}   sum {1 + decimal.Parse(view.Overround):0.00 %}");
        foreach (var result in view.Methods)
        {
            Console.Out.WriteLine(result.Outcomes is { } outcomes
                ? $"{result.Method,-16}{string.Concat(outcomes.Select(Cell))}"
                : $"{result.Method,-16}  {result.Problem}");
        }
    }

    private static string Cell(FairView fair) => $"{Percent(fair.Probability),10}{fair.Decimal ?? "-",8}{fair.American ?? "-",6}";

    private static string Percent(string chance) => decimal.Parse(chance).ToString("0.000 %");
}
