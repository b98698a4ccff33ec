# The base image without a language: the layers are put into the context by lib/image.sh. The
# variables are those of the published images.
FROM scratch
ADD root.tar /
ADD common.tar /
ENV LANG=en_US.UTF-8 \
    TZ=:/etc/localtime \
    PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin \
    LD_LIBRARY_PATH=/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib \
    LAMBDA_TASK_ROOT=/var/task \
    LAMBDA_RUNTIME_DIR=/var/runtime
ARG LAB_KEY
LABEL envlift.lab.key=$LAB_KEY
WORKDIR /var/task
ENTRYPOINT ["/lambda-entrypoint.sh"]
