"""Runs in an environment of its own: LangChain's or LlamaIndex's own chain over the models of an address.

Reads one JSON object from its input (`base`, `which`, `documents`, `questions`), writes one line a question:
`{"reply", "chunks", "seconds", "failed"}`. `failed` is what the chain raised (four chunks of Korean can be
more than the model reads), and empty otherwise. Splitters, prompts and retrievers are the libraries'
defaults; top 4.
"""
# mypy: ignore-errors

from __future__ import annotations

import json
import sys
import time
import urllib.request

TOP = 4
BATCH = 32


def vectors(base, texts, *, query=False):
    """Vectors of texts, by the studio's own embedder."""
    found = []
    for start in range(0, len(texts), BATCH):
        body = json.dumps({"texts": texts[start : start + BATCH], "query": query}).encode()
        request = urllib.request.Request(f"{base}/embed", body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=600) as answer:
            found += json.load(answer)
    return found


def langchain(base, documents):
    """The usual chain: recursive splitter of 1000/200, the stuff chain with its own prompt."""
    from langchain_classic.chains import RetrievalQA
    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import InMemoryVectorStore
    from langchain_openai import ChatOpenAI
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    class Ours(Embeddings):
        def embed_documents(self, texts):
            return vectors(base, list(texts))

        def embed_query(self, text):
            return vectors(base, [text], query=True)[0]

    chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).create_documents(documents)
    store = InMemoryVectorStore.from_documents(chunks, Ours())
    model = ChatOpenAI(base_url=f"{base}/v1", api_key="none", model="local", temperature=0, max_retries=0)
    chain = RetrievalQA.from_chain_type(
        model, retriever=store.as_retriever(search_kwargs={"k": TOP}), return_source_documents=True
    )

    def ask(question):
        answer = chain.invoke({"query": question})
        return answer["result"], [one.page_content for one in answer["source_documents"]]

    return ask


def llamaindex(base, documents):
    """The query engine of a vector index: sentence splitter of 1000/200, its own question prompt."""
    from llama_index.core import Document, Settings, VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.llms.openai_like import OpenAILike

    class Ours(BaseEmbedding):
        def _get_text_embedding(self, text):
            return vectors(base, [text])[0]

        def _get_text_embeddings(self, texts):
            return vectors(base, list(texts))

        def _get_query_embedding(self, query):
            return vectors(base, [query], query=True)[0]

        async def _aget_query_embedding(self, query):
            return self._get_query_embedding(query)

    Settings.llm = OpenAILike(
        model="local",
        api_base=f"{base}/v1",
        api_key="none",
        is_chat_model=True,
        context_window=8192,
        temperature=0,
    )
    Settings.embed_model = Ours(embed_batch_size=BATCH)
    # 1000 letters, as in the other chain: by default it counts 1024 tokens, four of which fill the model
    splitter = SentenceSplitter(chunk_size=1000, chunk_overlap=200, tokenizer=list)
    index = VectorStoreIndex.from_documents(
        [Document(text=text) for text in documents], transformations=[splitter]
    )
    engine = index.as_query_engine(similarity_top_k=TOP)

    def ask(question):
        answer = engine.query(question)
        return str(answer), [one.node.get_content() for one in answer.source_nodes]

    return ask


def main():
    from openai import OpenAIError

    order = json.load(sys.stdin)
    ask = {"langchain": langchain, "llamaindex": llamaindex}[order["which"]](
        order["base"], order["documents"]
    )
    for question in order["questions"]:
        began = time.perf_counter()
        try:
            (reply, chunks), failed = ask(question), ""
        except OpenAIError as error:
            reply, chunks, failed = "", [], f"{type(error).__name__}: {error}"[:300]
        took = time.perf_counter() - began
        line = {"reply": reply, "chunks": chunks, "seconds": took, "failed": failed}
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
