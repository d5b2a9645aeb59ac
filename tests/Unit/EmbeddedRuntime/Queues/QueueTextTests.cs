using CvatServerless.EmbeddedRuntime.Queues;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Queues;

public sealed class QueueTextTests
{
    [Fact]
    public void TextsOf_PlainText_IsTheText() => QueueText.TextsOf("é <b>").ShouldBe(["é <b>"]);

    [Fact]
    public void TextsOf_JsonText_IsIndentedAgain() => QueueText.TextsOf("""{ "a":[1], "b" : "<é>" }""").ShouldBe(["{\n  \"a\": [\n    1\n  ],\n  \"b\": \"<é>\"\n}"]);

    [Fact]
    public void TextsOf_TextThatLooksLikeJson_StaysAsItIs() => QueueText.TextsOf("{not json").ShouldBe(["{not json"]);

    [Fact]
    public void TextsOf_Object_IsIndentedJsonWithNamesAsDeclared() =>
        QueueText.TextsOf(new { Key = "k", Amount = 5 }).ShouldBe(["{\n  \"Key\": \"k\",\n  \"Amount\": 5\n}"]);

    [Fact]
    public void TextsOf_Array_IsOneMessagePerElement() => QueueText.TextsOf(new[] { "a", null, "b" }).ShouldBe(["a", "b"]);

    [Fact]
    public void Decode_WhatEncodeGave_IsTheText() => QueueText.Decode(QueueText.Encode("a é", true), true).ShouldBe("a é");

    [Fact]
    public void Decode_NoBase64_IsNull() => QueueText.Decode("a é", true).ShouldBeNull();
}
