using FsCheck;
using FsCheck.Fluent;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Tests.Pricing;

public sealed class MarginTests
{
    public static TheoryData<MarginMethod> Methods => [.. Enum.GetValues<MarginMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_implied_chances_sum_to_one_and_the_overround(MarginMethod method) => ForAll((fair, overround) =>
    {
        var implied = With(method, overround, fair);
        if (implied.All(chance => chance.Value < 1))
        {
            implied.Sum(chance => chance.Value).ShouldBe(1 + (overround / 10_000.0), 1e-6);
        }
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void No_selection_gets_longer_than_fair_and_their_order_is_kept(MarginMethod method) => ForAll((fair, overround) =>
    {
        var implied = With(method, overround, fair);
        for (var i = 0; i < fair.Length; i++)
        {
            implied[i].Value.ShouldBeGreaterThanOrEqualTo(fair[i].Value - 1e-9);
            implied[i].Value.ShouldBeLessThanOrEqualTo(1);
            for (var j = 0; j < fair.Length; j++)
            {
                if (fair[i].Value > fair[j].Value + 1e-9)
                {
                    implied[i].Value.ShouldBeGreaterThanOrEqualTo(implied[j].Value);
                }
            }
        }
    });

    [Fact]
    public void Power_puts_more_of_the_margin_on_the_outsider_than_proportional()
    {
        Chance[] fair = [Chance.Of(0.9), Chance.Of(0.1)];

        With(MarginMethod.Power, 500, fair)[1].Value.ShouldBeGreaterThan(With(MarginMethod.Proportional, 500, fair)[1].Value);
    }

    [Fact]
    public void Without_overround_nothing_changes()
    {
        Chance[] fair = [Chance.Of(0.2), Chance.Of(0.5), Chance.Of(0.3)];
        foreach (var method in Enum.GetValues<MarginMethod>())
        {
            With(method, 0, fair).Zip(fair).ShouldAllBe(pair => Math.Abs(pair.First.Value - pair.Second.Value) < 1e-6);
        }
    }

    [Fact]
    public void An_impossible_overround_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => With(MarginMethod.Power, 2_501, [Chance.Of(0.5), Chance.Of(0.5)]));

    private static Chance[] With(MarginMethod method, int overround, Chance[] fair)
    {
        var implied = fair.ToArray();
        Margin.Add(new MarginRule(method, overround), implied);
        return implied;
    }

    private static void ForAll(Action<Chance[], int> holds)
    {
        var cases = from weights in Gen.Choose(1, 1000).ArrayOf(3)
                    from count in Gen.Choose(2, 3)
                    from overround in Gen.Choose(0, 1500)
                    select (Fair: weights.Take(count).Select(w => Chance.Of(w / (double)weights.Take(count).Sum())).ToArray(), Overround: overround);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(cases.ToArbitrary(), c => holds(c.Fair, c.Overround)));
    }
}
