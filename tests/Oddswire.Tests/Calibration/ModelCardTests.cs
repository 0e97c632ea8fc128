using System.Globalization;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Props;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Calibration;

/// <summary>The cards speak of the models that the program carries, with the figures that stand in their files.</summary>
public sealed class ModelCardTests
{
    public static TheoryData<League> EveryLeague => [League.Nfl, League.Nba, League.Mlb];

    [Theory]
    [MemberData(nameof(EveryLeague))]
    public void A_card_has_the_version_and_the_figures_of_the_models_file(League league)
    {
        var file = GameModels.BuiltIn(league);
        var card = Card(league.Code());

        card.ShouldContain($"`{file.Version}`");
        foreach (var (name, decimals) in new[] { ("log loss", 4), ("brier", 4), ("calibration error", 3) })
        {
            var figure = file.Figures.Figures.Single(measured => measured.Name == name);
            card.ShouldContain(figure.Value.ToString("F" + decimals, CultureInfo.InvariantCulture), Case.Sensitive, $"{league}: {name}");
            new[] { "F3", "F4" }.ShouldContain(form => card.Contains($"[{figure.Low.ToString(form, CultureInfo.InvariantCulture)},", StringComparison.Ordinal), $"{league}: {name}");
        }

        card.ShouldContain(file.Figures.Rows.ToString("N0", CultureInfo.InvariantCulture));
    }

    [Theory]
    [MemberData(nameof(EveryLeague))]
    public void The_card_of_the_players_has_the_version_of_their_models(League league) =>
        Card("props").ShouldContain($"`{PropModel.Create(league).Version}`");

    [Theory]
    [MemberData(nameof(EveryLeague))]
    public void The_benchmarks_are_of_the_model_that_the_program_carries(League league)
    {
        var version = GameModels.BuiltIn(league).Version;
        var structure = GameModels.BuiltIn(league).Model;
        var rows = File.ReadAllLines(Path.Combine(TestData.RepositoryRoot(), "docs", "benchmarks.md"))
            .Where(line => line.StartsWith('|') && line.Contains($"`{structure}-", StringComparison.Ordinal)).ToList();

        rows.Count.ShouldBeGreaterThan(2);
        rows.ShouldAllBe(line => line.Contains($"`{version}`", StringComparison.Ordinal));
    }

    private static string Card(string name) => File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "docs", "models", $"{name}.md"));
}
