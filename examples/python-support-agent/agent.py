"""An order-status support agent: guardrail, plan, tools with retries, answer. Traced with the Langfuse SDK, unmodified."""
import json
import os
import re
import sys
import time
import urllib.request

from langfuse import Langfuse, observe

import shop

try:  # Version 4
    from langfuse import propagate_attributes
except ImportError:  # Version 3
    propagate_attributes = None

MODEL_SERVER = os.environ.get("MODEL_SERVER_URL", "http://127.0.0.1:8089")
PLANNER, ANSWERER = "gpt-5-mini", "gpt-4o"
PLAN_PROMPT = "You plan how a customer of Nordlicht Outfitters is helped. Answer with JSON only."
ANSWER_PROMPT = (
    "You answer customers of Nordlicht Outfitters, a shop for outdoor gear, in their language. Use only facts from the tools. "
    "Answer the question first, in at most three sentences."
)
ATTACK = re.compile(r"ignore (all |the )?(previous |prior )?(instructions|rules)|system prompt", re.IGNORECASE)
REFUSAL = "I can only help with orders, returns, invoices and products of Nordlicht Outfitters."

langfuse = Langfuse()


def chat(name: str, model: str, messages: list, tools: list | None = None) -> dict:
    """One call of the model over OpenAI's protocol, recorded as a generation. Returns the assistant's message."""
    with langfuse.start_as_current_observation(
        name=name, as_type="generation", model=model, input=messages, model_parameters={"temperature": 0.3}
    ) as generation:
        body = {"model": model, "messages": messages, "temperature": 0.3, **({"tools": tools} if tools else {})}
        request = urllib.request.Request(
            f"{MODEL_SERVER}/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json", "Authorization": "Bearer none"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        usage, message = answer["usage"], answer["choices"][0]["message"]
        cached = usage["prompt_tokens_details"]["cached_tokens"]
        reasoning = usage["completion_tokens_details"]["reasoning_tokens"]
        generation.update(
            model=answer["model"],
            output=message,
            usage_details={
                "input": usage["prompt_tokens"] - cached,
                "input_cached_tokens": cached,
                "output": usage["completion_tokens"] - reasoning,
                "output_reasoning_tokens": reasoning,
                "total": usage["total_tokens"],
            },
        )
        return message


@observe(name="guardrail.input", as_type="guardrail")
def allowed(question: str) -> bool:
    return not ATTACK.search(question)


def run_tool(name: str, arguments: dict) -> dict:
    """Runs a tool that the model asked for, up to three times."""
    with langfuse.start_as_current_observation(name=name, as_type="tool", input=arguments) as tool:
        for attempt in range(1, 4):
            try:
                result = shop.TOOLS[name](**arguments)
                tool.update(output=result, metadata={"attempts": attempt})
                return result
            except shop.CarrierTimeout as error:
                last = error
                time.sleep(0.1 * attempt)
        tool.update(level="ERROR", status_message=str(last))
        return {"error": str(last)}


def tool_definitions() -> list:
    parameters = {"type": "object", "properties": {"order_number": {"type": "string"}}, "required": ["order_number"]}
    return [{"type": "function", "function": {"name": name, "description": name.replace("_", " "), "parameters": parameters}} for name in shop.TOOLS]


def answer_customer(history: list, question: str) -> str:
    if not allowed(question):
        return REFUSAL
    conversation = [*history, {"role": "user", "content": question}]
    plan = chat("plan", PLANNER, [{"role": "system", "content": PLAN_PROMPT}, *conversation])["content"]
    messages = [{"role": "system", "content": f"{ANSWER_PROMPT}\n\nPlan: {plan}"}, *conversation]
    for _ in range(4):
        message = chat("answer", ANSWERER, messages, tool_definitions())
        messages.append(message)
        if not message.get("tool_calls"):
            return message["content"]
        for call in message["tool_calls"]:
            result = run_tool(call["function"]["name"], json.loads(call["function"]["arguments"]))
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": json.dumps(result)})
    raise RuntimeError("No answer after four rounds of tools")


def turn(history: list, question: str, session_id: str) -> str:
    """One turn of the conversation: one trace, with a thumb up or down as a score."""
    about = {"user_id": "example-customer", "session_id": session_id, "tags": ["example", "python"]}

    def work() -> str:
        with langfuse.start_as_current_observation(name="support-agent", as_type="agent", input=question) as root:
            if propagate_attributes is None:
                root.update_trace(**about)
            answer = answer_customer(history, question)
            root.update(output=answer)
            root.score_trace(name="user-feedback", value=0 if answer == REFUSAL else 1, data_type="BOOLEAN")
            print(f"> {question}\n{answer}\n  trace {root.trace_id}\n")
            return answer

    if propagate_attributes is None:
        return work()
    with propagate_attributes(**about):
        return work()


def main() -> None:
    questions = sys.argv[1:] or ["Where is my order NL-27094? We leave on Friday.", "I want to return it, it is too big for us.", "Thank you!"]
    session_id = f"example-{int(time.time())}"
    history: list = []
    for question in questions:
        answer = turn(history, question, session_id)
        history += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    langfuse.flush()


if __name__ == "__main__":
    main()
