# The service, with the facts of the demo:  docker build -t kgqa .
# TORCH_INDEX_URL names where a smaller build of torch than the default one can be had; see "Choosing a torch" in README.md.
FROM python:3.11-slim

ARG TORCH_INDEX_URL=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1

WORKDIR /src
COPY constraints.txt .
RUN pip install ${TORCH_INDEX_URL:+--index-url "$TORCH_INDEX_URL"} "$(grep '^torch==' constraints.txt)"
COPY . .
RUN grep -v '^torch==' constraints.txt > /tmp/constraints.txt && pip install -c /tmp/constraints.txt '.[demo,serve]'

RUN useradd --create-home kgqa && mkdir /data /demo && chown kgqa /data /demo
USER kgqa
WORKDIR /data
ENV KGQA_HOME=/data
RUN python -c "from pathlib import Path; from kgqa.demo.run import Demo; Demo(Path('/demo')).write_data()"
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["kgqa"]
CMD ["--help"]
