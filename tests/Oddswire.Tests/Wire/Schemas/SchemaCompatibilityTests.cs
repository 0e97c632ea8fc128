using System.Diagnostics;
using Oddswire.Core.Wire.Schemas;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Wire.Schemas;

/// <summary>Which changes of a schema are refused, and that the message names the field. buf, which is not ours, must agree.</summary>
public sealed class SchemaCompatibilityTests
{
    private const string Old =
        """
        syntax = "proto3";
        package shop.v1; // a comment
        import "google/protobuf/timestamp.proto";
        option java_package = "shop";
        message Order {
          reserved 8, 20 to 29;
          reserved "gone";
          string id = 1;
          int32 count = 2 [deprecated = true];
          repeated string tags = 3;
          Kind kind = 4;
          Item item = 5;
          optional sint32 delta = 6;
          map<string, int64> stock = 7;
          bytes blob = 11;
          oneof payment { string card = 9; string iban = 10; }
          bool paid = 12;
          message Item { string name = 1; /* nested */ enum Size { SIZE_UNSPECIFIED = 0; SIZE_BIG = 1; } Size size = 2; }
        }
        enum Kind { KIND_UNSPECIFIED = 0; KIND_A = 1; KIND_B = 2; reserved 9; }
        message Other { string id = 1; }
        """;

    /// <summary>What is changed, what it becomes, and the place that must be named; empty when the change is allowed.</summary>
    public static TheoryData<string, string, string> Changes => new()
    {
        { "bool paid = 12;", "bool paid = 12; string added = 13;", "" },
        { "KIND_B = 2;", "KIND_B = 2; KIND_C = 3;", "" },
        { "message Other {", "message Added { int32 x = 1; } message Other {", "" },
        { "bool paid = 12;", "reserved 12; reserved \"paid\";", "" },
        { "bool paid = 12;", "", "shop.v1.Order.paid" },
        { "bool paid = 12;", "bool paid = 14;", "shop.v1.Order.paid" },
        { "bool paid = 12;", "string paid = 12;", "shop.v1.Order.paid" },
        { "string id = 1;\n  int32 count", "repeated string id = 1;\n  int32 count", "shop.v1.Order.id" },
        { "repeated string tags = 3;", "string tags = 3;", "shop.v1.Order.tags" },
        { "int32 count = 2", "sint32 count = 2", "shop.v1.Order.count" },
        { "optional sint32 delta = 6;", "optional int32 delta = 6;", "shop.v1.Order.delta" },
        { "Kind kind = 4;", "Item kind = 4;", "shop.v1.Order.kind" },
        { "Item item = 5;", "Other item = 5;", "shop.v1.Order.item" },
        { "map<string, int64> stock = 7;", "map<string, string> stock = 7;", "shop.v1.Order.stock" },
        { "string iban = 10; }\n  bool paid = 12;", "string iban = 10; bool paid = 12; }", "shop.v1.Order.paid" },
        { "oneof payment { string card = 9; string iban = 10; }", "string card = 9; oneof payment { string iban = 10; }", "shop.v1.Order.card" },
        { "KIND_B = 2;", "", "shop.v1.Kind.KIND_B" },
        { "KIND_A = 1; KIND_B = 2;", "KIND_A = 2; KIND_B = 1;", "shop.v1.Kind.KIND_B" },
        { "SIZE_BIG = 1;", "SIZE_HUGE = 1;", "shop.v1.Order.Item.Size" },
        { "message Other { string id = 1; }", "", "shop.v1.Other" },
        { "package shop.v1;", "package shop.v2;", "shop.v2" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_is_allowed_or_refused_with_its_place(string from, string to, string place)
    {
        var found = SchemaCompatibility.Check(ProtoSchemaParser.Parse(Old), ProtoSchemaParser.Parse(Change(from, to)), CompatibilityLevel.Full);
        if (place.Length == 0)
        {
            found.ShouldBeEmpty();
        }
        else
        {
            found.ShouldContain(fault => fault.Contains(place, StringComparison.Ordinal), string.Join("; ", found));
        }
    }

    [Fact]
    public void A_reserved_number_or_name_does_not_come_back()
    {
        Check("bool paid = 12;", "bool paid = 12; string again = 25;").ShouldHaveSingleItem().ShouldContain("shop.v1.Order.again");
        Check("bool paid = 12;", "bool paid = 12; string gone = 30;").ShouldHaveSingleItem().ShouldContain("shop.v1.Order.gone");
        Check("reserved 9;", "KIND_X = 9;").ShouldHaveSingleItem().ShouldContain("shop.v1.Kind.KIND_X");
    }

    [Fact]
    public void A_wider_type_can_be_read_but_not_written()
    {
        var (old, now) = (ProtoSchemaParser.Parse(Old), ProtoSchemaParser.Parse(Change("int32 count = 2", "int64 count = 2")));
        SchemaCompatibility.Check(old, now, CompatibilityLevel.Backward).ShouldBeEmpty();
        SchemaCompatibility.Check(old, now, CompatibilityLevel.Forward).ShouldHaveSingleItem().ShouldBe("shop.v1.Order.count: its type was int32 and is int64");
        SchemaCompatibility.Check(old, now, CompatibilityLevel.Full).ShouldHaveSingleItem();
        SchemaCompatibility.Check(old, now, CompatibilityLevel.None).ShouldBeEmpty();
    }

    [Fact]
    public void The_first_message_stays_the_first()
    {
        var faults = Check("message Order {", "message Before { string x = 1; } message Order {");
        faults.ShouldHaveSingleItem().ShouldContain("was shop.v1.Order and is shop.v1.Before");
    }

    [Fact]
    public void Comments_options_and_order_do_not_make_another_schema()
    {
        var same = Change("// a comment", "/* another\n comment */").Replace("[deprecated = true]", "", StringComparison.Ordinal);
        ProtoSchemaParser.Parse(Old).IsSameAs(ProtoSchemaParser.Parse(same)).ShouldBeTrue();
        ProtoSchemaParser.Parse(Old).IsSameAs(ProtoSchemaParser.Parse(Change("KIND_B = 2;", "KIND_B = 3;"))).ShouldBeFalse();
    }

    [Fact]
    public void Types_are_found_from_the_inside_out()
    {
        var order = ProtoSchemaParser.Parse(Old).Messages["shop.v1.Order"];
        order.Fields[5].Type.ShouldBe("shop.v1.Order.Item");
        order.Fields[4].Type.ShouldBe("shop.v1.Kind");
        order.Fields[7].Type.ShouldBe("map<string, int64>");
        (order.Fields[9].OneOf, order.Fields[6].IsOptional, order.Fields[3].IsRepeated).ShouldBe(("payment", true, true));
    }

    [Theory]
    [InlineData("syntax = \"proto2\";", "proto3")]
    [InlineData("message A { string x = 1 }", "expected ';'")]
    [InlineData("message A { string x = 1; int32 y = 1; }", "comes twice")]
    [InlineData("message A {", "ends too early")]
    [InlineData("hello", "'hello'")]
    [InlineData("message A { string x = \"unclosed", "not closed")]
    [InlineData("message A { string x = one; }", "'one' is not a number")]
    public void What_is_no_schema_is_refused_with_its_line(string text, string says)
    {
        var error = Should.Throw<SchemaFormatException>(() => ProtoSchemaParser.Parse("\n\n" + text));
        error.Message.ShouldContain(says);
        error.Message.ShouldStartWith("line 3: ");
    }

    [Fact]
    public void buf_agrees_on_every_change()
    {
        var buf = Tools.Require("ODDSWIRE_BUF", ".deps/buf/buf", "eng/get-buf.sh");
        var folder = Directory.CreateTempSubdirectory("oddswire-buf-").FullName;
        try
        {
            foreach (var (from, to, place) in Changes.Select(row => row.Data))
            {
                Run(buf, folder, Change(from, to)).ShouldBe(place.Length == 0, $"'{from}' to '{to}'");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Run(string buf, string folder, string changed)
    {
        foreach (var (name, text) in new[] { ("old", Old), ("new", changed) })
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            File.WriteAllText(Path.Combine(folder, name, "order.proto"), text.Replace("import \"google/protobuf/timestamp.proto\";", "", StringComparison.Ordinal));
        }

        var start = new ProcessStartInfo(buf, ["breaking", Path.Combine(folder, "new"), "--against", Path.Combine(folder, "old"), "--config", "{\"version\":\"v2\",\"breaking\":{\"use\":[\"FILE\",\"FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED\",\"ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED\"],\"except\":[\"FIELD_NO_DELETE\",\"ENUM_VALUE_NO_DELETE\",\"FIELD_SAME_DEFAULT\"]}}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        (process.ExitCode is 0 or 100).ShouldBeTrue(said);
        return process.ExitCode == 0;
    }

    private static IReadOnlyList<string> Check(string from, string to) =>
        SchemaCompatibility.Check(ProtoSchemaParser.Parse(Old), ProtoSchemaParser.Parse(Change(from, to)), CompatibilityLevel.Full);

    private static string Change(string from, string to)
    {
        Old.ShouldContain(from);
        return Old.Replace(from, to, StringComparison.Ordinal);
    }
}
