using FsCheck;
using FsCheck.Fluent;
using Oddswire.Board.Views;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Tests.Pricing;

/// <summary>The margin goes out as it went in.</summary>
public sealed class DevigTests
{
    private static readonly (MarginMethod Adding, DevigMethod Removing)[] Inverses =
    [
        (MarginMethod.Proportional, DevigMethod.Multiplicative), (MarginMethod.Additive, DevigMethod.Additive), (MarginMethod.Power, DevigMethod.Power),
        (MarginMethod.Shin, DevigMethod.Shin), (MarginMethod.OddsRatio, DevigMethod.OddsRatio), (MarginMethod.OddsRatio, DevigMethod.Logarithmic),
        (MarginMethod.BalancedBook, DevigMethod.BalancedBook),
    ];

    public static TheoryData<DevigMethod> Distributions => [.. Devig.Methods.Where(method => method != DevigMethod.WorstCase)];

    [Fact]
    public void Every_way_to_take_a_margin_out_is_the_exact_inverse_of_the_way_to_put_it_in() => ForAllMarkets((fair, overround) =>
    {
        foreach (var (adding, removing) in Inverses)
        {
            var implied = fair.ToArray();
            Margin.Add(new MarginRule(adding, overround), implied);
            if (implied.All(chance => chance.Value is > 0 and < 0.9999) && Math.Abs(implied.Sum(chance => chance.Value) - 1 - (overround / 10_000.0)) < 1e-9)
            {
                var again = Devig.Remove(removing, implied);
                again.Zip(fair).ShouldAllBe(pair => Math.Abs(pair.First.Value - pair.Second.Value) < 1e-8, $"{adding} and {removing}");
            }
        }
    });

    [Theory]
    [MemberData(nameof(Distributions))]
    public void Fair_chances_sum_to_one_and_keep_their_order(DevigMethod method) => ForAllPrices(implied =>
    {
        if (TryRemove(method, implied) is not { } fair)
        {
            return;
        }

        fair.Sum(chance => chance.Value).ShouldBe(1, 1e-9);
        for (var i = 1; i < fair.Length; i++)
        {
            (fair[i].Value - fair[i - 1].Value).ShouldBeInRange(
                implied[i].Value > implied[i - 1].Value ? -1e-9 : -1, implied[i].Value > implied[i - 1].Value ? 1 : 1e-9);
        }
    });

    [Fact]
    public void For_two_outcomes_Shin_is_additive() => ForAllPrices(implied =>
    {
        Chance[] two = [implied[0], implied[1]];
        if (two.Sum(chance => chance.Value) is > 1 and < 1.5 && TryRemove(DevigMethod.Additive, two) is { } additive)
        {
            Devig.Remove(DevigMethod.Shin, two).Zip(additive).ShouldAllBe(pair => Math.Abs(pair.First.Value - pair.Second.Value) < 1e-9);
        }
    });

    [Fact]
    public void The_worst_case_is_the_least_of_all_methods_and_no_more_than_one_in_all() => ForAllPrices(implied =>
    {
        var worst = Devig.Remove(DevigMethod.WorstCase, implied);
        worst.Sum(chance => chance.Value).ShouldBeLessThanOrEqualTo(1 + 1e-9);
        foreach (var method in Devig.Methods)
        {
            if (TryRemove(method, implied) is { } fair)
            {
                worst.Zip(fair).ShouldAllBe(pair => pair.First.Value <= pair.Second.Value + 1e-12);
            }
        }
    });

    [Fact]
    public void A_logarithmic_shift_is_an_odds_ratio() => ForAllPrices(implied =>
        Devig.Remove(DevigMethod.Logarithmic, implied).Zip(Devig.Remove(DevigMethod.OddsRatio, implied))
            .ShouldAllBe(pair => Math.Abs(pair.First.Value - pair.Second.Value) < 1e-8));

    [Theory]
    [InlineData(DevigMethod.Multiplicative, 0.7183, 0.2817)]
    [InlineData(DevigMethod.Additive, 0.7279, 0.2721)]
    [InlineData(DevigMethod.Shin, 0.7279, 0.2721)]
    [InlineData(DevigMethod.Power, 0.7331, 0.2669)]
    [InlineData(DevigMethod.OddsRatio, 0.7285, 0.2715)]
    [InlineData(DevigMethod.BalancedBook, 0.7385, 0.2615)]
    public void Known_prices_have_known_fair_chances(DevigMethod method, double favourite, double outsider)
    {
        // -300 / +240.
        var fair = Devig.Remove(method, [Chance.Of(0.75), Chance.Of(100 / 340.0)]);
        fair[0].Value.ShouldBe(favourite, 1e-4);
        fair[1].Value.ShouldBe(outsider, 1e-4);
    }

    [Theory]
    [InlineData("-110", 110 / 210.0)]
    [InlineData("+130", 100 / 230.0)]
    [InlineData("1.91", 1 / 1.91)]
    [InlineData("10/11", 11 / 21.0)]
    [InlineData("evens", 0.5)]
    [InlineData(" 2 ", 0.5)]
    [InlineData("130.0", 1 / 130.0)]
    public void A_price_is_read_in_the_way_it_is_written(string text, double implied)
    {
        PriceText.TryReadImplied(text, out var chance, out var problem).ShouldBeTrue(problem);
        chance.Value.ShouldBe(implied, 1e-12);
    }

    [Theory]
    [InlineData("130", "+130 or 130.0")]
    [InlineData("-50", "is not a price")]
    [InlineData("1", "more than the stake")]
    [InlineData("0.5", "more than the stake")]
    [InlineData("1/0", "is not a price")]
    [InlineData("NaN", "is not a price")]
    [InlineData("1e9", "is not a price")]
    [InlineData("abc", "is not a price")]
    public void What_is_no_price_is_refused_with_the_remedy(string text, string message)
    {
        PriceText.TryReadImplied(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldContain(message);
    }

    [Fact]
    public void A_method_without_an_answer_says_why_and_the_others_answer()
    {
        var view = DevigViews.Make(["1.05", "1.9", "500.0"], Devig.Methods);
        view.Methods.Single(method => method.Method == "additive").Problem.ShouldNotBeNull().ShouldContain("cannot be");
        view.Methods.Single(method => method.Method == "power").Outcomes.ShouldNotBeNull();
        Should.Throw<ArgumentException>(() => DevigViews.Make(["1.9"], Devig.Methods)).Message.ShouldContain("every outcome");
        DevigViews.Make(["2.1", "2.1"], Devig.Methods).Methods.Single(method => method.Method == "shin").Problem.ShouldNotBeNull().ShouldContain("no margin");
    }

    private static Chance[]? TryRemove(DevigMethod method, Chance[] implied)
    {
        try
        {
            return Devig.Remove(method, implied);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static void ForAllMarkets(Action<Chance[], int> holds)
    {
        var cases = from weights in Gen.Choose(1, 200).ArrayOf(8)
                    from count in Gen.Choose(2, 8)
                    from overround in Gen.Choose(0, 1500)
                    select (Fair: weights.Take(count).Select(w => Chance.Of(w / (double)weights.Take(count).Sum())).ToArray(), Overround: overround);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(cases.ToArbitrary(), c => holds(c.Fair, c.Overround)));
    }

    private static void ForAllPrices(Action<Chance[]> holds)
    {
        var cases = from weights in Gen.Choose(5, 200).ArrayOf(6)
                    from count in Gen.Choose(2, 6)
                    from sum in Gen.Choose(101, 130)
                    select weights.Take(count).Select(w => Chance.Of(Math.Min(0.98, w * sum / 100.0 / weights.Take(count).Sum()))).ToArray();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(cases.ToArbitrary(), holds));
    }
}
